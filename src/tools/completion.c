// SPDX-License-Identifier: GPL-2.0-or-later
/* Completions for bash or zsh, from the options table: completion bash|zsh. */
#include <stdio.h>
#include <string.h>
#include "cli/command_line.h"

#define FOR_EACH_OPTION(i) for (i = option_infos; i < option_infos + nr_option_infos; i++)

/* --- bash --- */

static void put_names(const struct option_info *i, const char *between)
{
	if (i->key < 0x100)
		printf("-%c%s", i->key, i->name ? between : "");
	if (i->name)
		printf("--%s", i->name);
}

/* The names of devices and hosts come from the system: nothing that they hold may be run, now or when Enter is typed. */
static const char bash_offer[] =
	"# _pingtrace_offer WORD...: those that begin with what was typed, quoted. No word is evaluated.\n"
	"_pingtrace_offer()\n"
	"{\n"
	"\tlocal word quoted\n"
	"\tfor word; do\n"
	"\t\tprintf -v quoted %q \"$word\"\n"
	"\t\tif [[ $cur == [\\'\\\"]* ]]; then\n"
	"\t\t\t# In open quotes: only a word that needs none.\n"
	"\t\t\t[[ $word != \"${cur:1}\"* || $word != \"$quoted\" ]] || COMPREPLY+=(\"$word\")\n"
	"\t\telif [[ $word == \"$cur\"* || $quoted == \"$cur\"* ]]; then\n"
	"\t\t\tCOMPREPLY+=(\"$quoted\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n";

static const char bash_devices[] = "\t-I)\n"
				   "\t\tfor word in /sys/class/net/{,.[!.],..?}*; do\n"
				   "\t\t\t[[ ! -d $word ]] || words+=(\"${word##*/}\")\n"
				   "\t\tdone\n"
				   "\t\t;;\n";

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
		printf(") words=(%s) ;;\n", i->choices);
	}
	printf("%s\t", bash_devices);
	FOR_EACH_OPTION(i)
	{
		if (!i->arg || i->choices || i->key == 'I')
			continue;
		put_names(i, " | ");
		printf(" | ");
	}
	printf("'') return ;;\n"
	       "\t*)\n"
	       "\t\tif [[ $cur == -* ]]; then\n"
	       "\t\t\twords=(");
	FOR_EACH_OPTION(i)
	{
		put_names(i, " ");
		putchar(i + 1 < option_infos + nr_option_infos ? ' ' : ')');
	}
	printf("\n\t\telse\n"
	       "\t\t\tmapfile -t words < <(compgen -A hostname -- \"$cur\")\n"
	       "\t\tfi\n"
	       "\t\t;;\n"
	       "\tesac\n");
}

static void bash(void)
{
	printf("# pingtrace(8) completion for bash\n%s\n"
	       "_pingtrace()\n"
	       "{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} word words=()\n"
	       "\tCOMPREPLY=()\n"
	       "\t# --name=value comes in three words.\n"
	       "\tif [[ $cur == = ]]; then cur=; elif [[ $option == = ]]; then option=${COMP_WORDS[COMP_CWORD - 2]}; fi\n",
	       bash_offer);
	bash_values();
	printf("\t_pingtrace_offer \"${words[@]}\"\n"
	       "}\n"
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
		printf("(%s)", i->choices);
	} else if (i->key == 'I') {
		printf("_pingtrace_devices");
	}
	printf("' \\\n");
}

/* compadd takes the names as they are and quotes what it inserts. */
static const char zsh_devices[] =
	"_pingtrace_devices()\n"
	"{\n"
	"\tlocal expl\n"
	"\t_wanted interfaces expl 'network interface' compadd - /sys/class/net/*(-/DN:t)\n"
	"}\n";

static void zsh(void)
{
	const struct option_info *i;
	char name[64];

	printf("#compdef pingtrace\n# pingtrace(8) completion for zsh\n%s\n_arguments -s \\\n", zsh_devices);
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
