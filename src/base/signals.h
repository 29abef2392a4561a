/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT and SIGTERM end the run, SIGQUIT asks for the status. They are let in only where this process waits, so that none
 * is missed between a look at what has come and the wait.
 */
#ifndef PINGTRACE_SIGNALS_H
#define PINGTRACE_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Handle them from here on, and block them but for the waits. */
void signals_catch(void);

/*
 * In a process that was forked: what the terminal, or the user, sends is for the other one, which ends this one. It sends SIGUSR1
 * where the run has been interrupted.
 */
void signals_catch_as_worker(void);

/* The mask for a wait: signals come in. NULL before signals_catch. */
const sigset_t *signals_during_wait(void);

/* Around a system call that has no mask of its own: let signals in, keep them out again. */
void signals_let_in(void);
void signals_keep_out(void);

/* Is the run to end? */
bool signals_interrupted(void);

/* As if SIGINT had come. */
void signals_interrupt(void);

/* Was the status asked for, and not taken yet? */
bool signals_status_is_wanted(void);

/* Was the status asked for? It is taken: the next call says no. */
bool signals_take_status(void);

/* Has the time run out that is left to write what was measured, once the run is interrupted? */
bool signals_time_is_over(void);

#endif /* PINGTRACE_SIGNALS_H */
