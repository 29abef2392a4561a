/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.html with its style and script in it, as the build made it. */
	.section .rodata
	.global html_template
html_template:
	.incbin REPORT_HTML
	.byte 0
	.section .note.GNU-stack, "", %progbits
