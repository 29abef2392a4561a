/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT and SIGTERM end the run, SIGQUIT asks for the status. They are delivered only while this process waits, so that none
 * is missed between checking for input and waiting.
 */
#ifndef PINGTRACE_SIGNALS_H
#define PINGTRACE_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Handle the signals from now on, and block them except during waits. */
void signals_catch(void);

/*
 * The same in a forked process: ignore what the terminal or the user sends, which is for the parent. The parent sends SIGUSR1 when
 * the run is interrupted.
 */
void signals_catch_as_worker(void);

/* The signal mask during a wait. NULL before signals_catch. */
const sigset_t *signals_during_wait(void);

/* Around a system call that takes no mask: unblock the signals, block them again. */
void signals_let_in(void);
void signals_keep_out(void);

/* Is the run to end? */
bool signals_interrupted(void);

/* As if SIGINT had come. */
void signals_interrupt(void);

/* Was the status asked for, and not yet answered? */
bool signals_status_is_wanted(void);

/* The same, and clears it. */
bool signals_take_status(void);

/* After an interrupt: is the time over in which output may still be written? */
bool signals_time_is_over(void);

#endif /* PINGTRACE_SIGNALS_H */
