// SPDX-License-Identifier: GPL-2.0-or-later
/* Completions for bash or zsh, from the options table: completion bash|zsh. */
#include <stdio.h>
#include <string.h>
#include "options.h"

#define FOR_EACH_OPTION(i) for (i = option_infos; i < option_infos + nr_option_infos; i++)

/* "auto, fentry or off" as "auto fentry off". */
static void put_choices(const char *choices)
{
	for (; *choices; choices++) {
		if (!strncmp(choices, " or ", 4)) {
			putchar(' ');
			choices += 3;
		} else if (*choices != ',') {
			putchar(*choices);
		}
	}
}

/* --- bash --- */

static void put_names(const struct option_info *i, const char *between)
{
	if (i->key < 0x100)
		printf("-%c%s", i->key, i->name ? between : "");
	if (i->name)
		printf("--%s", i->name);
}

static void bash_values(void)
{
	const struct option_info *i;

	printf("\tcase $option in\n");
	FOR_EACH_OPTION(i)
	{
		if (!i->choices)
			continue;
		printf("\t");
		put_names(i, " | ");
		printf(") words='");
		put_choices(i->choices);
		printf("' ;;\n");
	}
	printf("\t-I) words=$(ls /sys/class/net) ;;\n\t");
	FOR_EACH_OPTION(i)
	{
		if (!i->arg || i->choices || i->key == 'I')
			continue;
		put_names(i, " | ");
		printf(" | ");
	}
	printf("'') return ;;\n\t*) words= ;;\n\tesac\n");
}

static void bash(void)
{
	const struct option_info *i;

	printf("# pingtrace(8) completion for bash\n_pingtrace()\n{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} words\n"
	       "\t# --name=value comes in three words.\n"
	       "\tif [ \"$cur\" = = ]; then cur=; elif [ \"$option\" = = ]; then option=${COMP_WORDS[COMP_CWORD - 2]}; fi\n");
	bash_values();
	printf("\tif [ -n \"$words\" ]; then\n\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	       "\telif [[ $cur == -* ]]; then\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	FOR_EACH_OPTION(i)
	{
		put_names(i, " ");
		putchar(' ');
	}
	printf("' -- \"$cur\")\n\telse\n\t\tmapfile -t COMPREPLY < <(compgen -A hostname -- \"$cur\")\n\tfi\n}\n"
	       "complete -F _pingtrace pingtrace\n");
}

/* --- zsh --- */

static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			putchar('\\');
		if (*text == '\'')
			printf("'\\'");
		putchar(*text);
	}
}

static void zsh_option(const struct option_info *i, const char *name, const char *value_after)
{
	/* "=-": the value only behind the sign, in the same word; "::": there need not be any. */
	printf("\t'%s%s%s[", name, i->arg ? value_after : "", i->arg_optional ? "-" : "");
	zsh_text(i->help);
	putchar(']');
	if (i->arg)
		printf("%s%s:", i->arg_optional ? "::" : ":", i->arg);
	if (i->choices) {
		putchar('(');
		put_choices(i->choices);
		putchar(')');
	} else if (i->key == 'I') {
		printf("_net_interfaces");
	}
	printf("' \\\n");
}

static void zsh(void)
{
	const struct option_info *i;
	char name[64];

	printf("#compdef pingtrace\n# pingtrace(8) completion for zsh\n_arguments -s \\\n");
	FOR_EACH_OPTION(i)
	{
		if (i->key < 0x100) {
			snprintf(name, sizeof(name), "-%c", i->key);
			zsh_option(i, name, "+");
		}
		if (i->name) {
			snprintf(name, sizeof(name), "--%s", i->name);
			zsh_option(i, name, "=");
		}
	}
	printf("\t'*:host:_hosts'\n");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "bash"))
		bash();
	else if (argc == 2 && !strcmp(argv[1], "zsh"))
		zsh();
	else
		return 2;
	return fflush(stdout) || ferror(stdout);
}
