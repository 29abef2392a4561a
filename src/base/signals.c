// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <sys/time.h>
#include "base/signals.h"
#include "base/util.h"

#define GRACE_NS (300 * NSEC_PER_MSEC) /* for what can still be written */
#define TICK_USEC 50000

static volatile sig_atomic_t interrupted, status_wanted;
static volatile uint64_t interrupted_ns;
static sigset_t during_wait, keep_out;
static bool caught;

/*
 * A signal may arrive just before a system call that then blocks. A repeating tick interrupts that call too, and every later
 * one, until the process ends.
 */
static void begin_ticks(void)
{
	static const struct itimerval every = {
		.it_interval = { .tv_usec = TICK_USEC },
		.it_value = { .tv_usec = TICK_USEC },
	};

	setitimer(ITIMER_REAL, &every, NULL);
}

void signals_interrupt(void)
{
	if (interrupted)
		return;
	interrupted_ns = mono_ns();
	interrupted = 1;
	begin_ticks();
}

static void on_signal(int sig)
{
	if (sig == SIGQUIT) {
		status_wanted = 1;
		begin_ticks();
	} else if (sig != SIGALRM) {
		signals_interrupt();
	}
}

static void catch (const int *signals, size_t nr)
{
	struct sigaction sa = { .sa_handler = on_signal }; /* without SA_RESTART: what blocks returns */
	size_t i;

	sigemptyset(&keep_out);
	for (i = 0; i < nr; i++)
		sigaddset(&keep_out, signals[i]);
	sigprocmask(SIG_BLOCK, &keep_out, &during_wait);
	for (i = 0; i < nr; i++) {
		sigdelset(&during_wait, signals[i]);
		sigaction(signals[i], &sa, NULL);
	}
	caught = true;
}

void signals_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGALRM };

	catch (signals, ARRAY_SIZE(signals));
}

void signals_catch_as_worker(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGTTIN, SIGTTOU };
	static const int signals[] = { SIGUSR1, SIGALRM };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	catch (signals, ARRAY_SIZE(signals));
}

const sigset_t *signals_during_wait(void)
{
	return caught ? &during_wait : NULL;
}

void signals_let_in(void)
{
	if (caught)
		sigprocmask(SIG_SETMASK, &during_wait, NULL);
}

void signals_keep_out(void)
{
	if (caught)
		sigprocmask(SIG_BLOCK, &keep_out, NULL);
}

bool signals_interrupted(void)
{
	return interrupted;
}

bool signals_status_is_wanted(void)
{
	return status_wanted;
}

bool signals_take_status(void)
{
	static const struct itimerval never;

	if (!status_wanted)
		return false;
	status_wanted = 0;
	if (!interrupted)
		setitimer(ITIMER_REAL, &never, NULL);
	return true;
}

bool signals_time_is_over(void)
{
	return interrupted && mono_ns() - interrupted_ns >= GRACE_NS;
}
