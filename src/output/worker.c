// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "analysis/stats_copy.h"
#include "base/filter.h"
#include "base/privileges.h"
#include "base/ring.h"
#include "base/signals.h"
#include "output/packing.h"
#include "output/terminal.h"
#include "output/worker.h"

#define RING_SIZE (4U << 20) /* some 2,000 results that have all their stamps */
#define CHUNK_SIZE 65536 /* of what is longer than a message */
#define NAP_MS 100 /* what comes meanwhile is written at one go, and costs no wake-up */
#define VIEW_MESSAGES 1024 /* between two looks at the keys at the most */
#define KILL_MS 300 /* for a process that was killed to be gone */
#define LOOK_NS NSEC_PER_SEC /* whether the view is still there */
#define LEAVE_NS (5 * NSEC_PER_SEC) /* a disk that takes nothing must not keep a run that was interrupted */

/* Each call of struct sink_ops, and what stands behind its message. */
enum message_kind {
	MESSAGE_RUN_BEGIN, /* struct run_info */
	MESSAGE_TARGET_BEGIN, /* struct target_info */
	MESSAGE_SENT,
	MESSAGE_RESULT, /* see packing.h */
	MESSAGE_ERROR, /* struct result_error */
	MESSAGE_OUTSTANDING,
	MESSAGE_CLOCKS, /* struct clocks */
	MESSAGE_MISSED,
	MESSAGE_PIECE, /* of the statistics that follow: bytes */
	MESSAGE_TARGET_END,
	MESSAGE_RUN_END,
	MESSAGE_CLOSE,
};

struct message {
	enum message_kind kind;
	unsigned int target; /* index */
	uint64_t seq; /* of a probe; of MESSAGE_MISSED how many */
	uint64_t wall_us;
	uint8_t data[];
};

extern const struct sink_ops sink_text;

/* Both processes have one. */
struct worker {
	struct ring *ring;
	struct sinks *theirs;
	bool has_files;
	int end; /* of a pair of sockets: tells how it went, and that the other process has ended */

	/* the probing process's */
	int pidfd;
	uint64_t hurried_ns; /* when it was told that the run is interrupted; 0: not yet */
	struct packer packer;
	bool over; /* no probe is sent any more */
	uint64_t missed, all_missed; /* results: since the last message, and all */
	uint64_t missed_errors;
	/* What the other process has done, or not, where a call was given up that must not be left out. No later one is told then. */
	const char *given_up;
	struct taken_terminal terminal; /* of the view */
	uint64_t looked_ns; /* when the view was there */
	struct sink text; /* tells the statistics where it is not; .ops is NULL where it is */
	struct display quiet;

	/* the worker's */
	pid_t parent;
	pthread_mutex_t turn; /* the thread that holds it works with the ring and the sinks */
	struct second {
		pthread_t thread;
		sem_t ready;
		int err;
		struct error error;
		atomic_bool takes_over;
	} second;
	bool has_view; /* one of the sinks shows the run on a terminal */
	bool quit; /* by a key: the rest are not read */
	struct unpacker unpacker;
	struct run_info run;
	struct target_info **targets;
	unsigned int nr_targets;
	FILE *pieces;
	char *piece_data;
	size_t piece_size;
};

static void worker_free(struct worker *w)
{
	if (w->end >= 0)
		close(w->end);
	if (w->pidfd >= 0)
		close(w->pidfd);
	ring_free(w->ring);
	free(w);
}

/* --- the probing process --- */

/*
 * Whether to wait on for the other process. Once the run is interrupted that is hurried: who reads its pipes may take what is
 * left within a moment. All waits together are bounded then.
 */
static bool may_wait(struct worker *w)
{
	uint64_t now = mono_ns();

	if (!signals_interrupted())
		return true;
	if (!w->hurried_ns) {
		pidfd_send_signal(w->pidfd, SIGUSR1, NULL, 0);
		w->hurried_ns = now;
	}
	return now - w->hurried_ns <= LEAVE_NS;
}

/* Wait for room as long as the other process lives, and this one is not to end at once. NULL: in vain. */
static struct message *wait_for_room(struct worker *w, size_t size)
{
	static const struct timespec nap = { .tv_nsec = NSEC_PER_MSEC };
	struct pollfd end = { .fd = w->end, .events = POLLIN };
	struct message *m;

	while (!(m = ring_reserve(w->ring, size))) {
		ring_wake(w->ring);
		if (ppoll(&end, 1, &nap, signals_during_wait()) > 0)
			return NULL;
		if (!may_wait(w))
			return NULL;
	}
	return m;
}

/*
 * Room for @size bytes behind the head of a message. NULL: there is none. With @wait that is the end: were a later call told, what
 * has a hole would be taken for complete.
 */
static struct message *begin(struct worker *w, enum message_kind kind, unsigned int target, size_t size,
			     bool wait)
{
	struct message *m;

	if (w->given_up && kind != MESSAGE_CLOSE)
		return NULL;
	m = wait ? wait_for_room(w, sizeof(*m) + size) : ring_reserve(w->ring, sizeof(*m) + size);
	if (m)
		*m = (struct message){ .kind = kind, .target = target };
	else if (wait)
		w->given_up = "takes too long";
	return m;
}

static void send_message(struct worker *w, struct message *m, const void *data, size_t size)
{
	if (size)
		memcpy(m->data, data, size);
	ring_send(w->ring, sizeof(*m) + size);
}

/* Those that were left out come before what is not. Where the ring has been full, it is first to have some room again. */
static bool tell_missed(struct worker *w, bool wait)
{
	struct message *m;

	if (!w->missed)
		return true;
	if (!wait && !ring_reserve(w->ring, RING_SIZE / 4))
		return false;
	m = begin(w, MESSAGE_MISSED, 0, 0, wait);
	if (!m)
		return false;
	m->seq = w->missed;
	w->missed = 0;
	send_message(w, m, NULL, 0);
	return true;
}

/* --- the view is lost --- */

/* It has ended before its time: it says nothing before the last message. */
static bool has_lost_view(const struct worker *w)
{
	static const struct timespec no_time;
	struct pollfd end = { .fd = w->end, .events = POLLIN };

	return w->terminal.is_taken && ppoll(&end, 1, &no_time, NULL) > 0;
}

/* No key reaches the run any more, and nothing of it is seen. */
static void check_view(struct worker *w)
{
	uint64_t now = w->terminal.is_taken ? mono_ns() : 0;

	if (now < w->looked_ns + LOOK_NS)
		return;
	w->looked_ns = now;
	if (has_lost_view(w))
		signals_interrupt();
}

static void give_terminal_back(struct worker *w)
{
	if (w->terminal.is_taken)
		terminal_give_back(&w->terminal);
	w->terminal.is_taken = false;
}

/* As the view does at its end. */
static void tell_instead(struct worker *w, const struct run_info *run, const struct target_info *target,
			 const struct stats *stats)
{
	if (!w->text.ops) {
		give_terminal_back(w);
		w->text =
			(struct sink){ .ops = &sink_text, .file = stdout, .display = &w->quiet, .run = run };
		if (sink_text.open(&w->text))
			w->text.ops = NULL;
	}
	if (!w->text.ops)
		return;
	sink_text.target_begin(&w->text, target);
	sink_text.target_end(&w->text, target, stats);
}

/* --- calls --- */

/* While there are probes: what finds no room is left out. A probe that was sent, or has no reply yet, has its result later. */
static struct message *begin_probing(struct sink *s, enum message_kind kind, unsigned int target, size_t size)
{
	struct worker *w = s->state;
	struct message *m = tell_missed(w, w->over) ? begin(w, kind, target, size, w->over) : NULL;

	check_view(w);
	if (m || w->given_up)
		return m;
	if (kind == MESSAGE_RESULT) {
		w->missed++;
		w->all_missed++;
	}
	w->missed_errors += kind == MESSAGE_ERROR;
	return NULL;
}

static void send_whole(struct sink *s, enum message_kind kind, unsigned int target, const void *data,
		       size_t size)
{
	struct worker *w = s->state;
	struct message *m = begin(w, kind, target, size, true);

	if (!m)
		return;
	send_message(w, m, data, size);
}

static void worker_run_begin(struct sink *s)
{
	send_whole(s, MESSAGE_RUN_BEGIN, 0, s->run, sizeof(*s->run));
}

static void worker_target_begin(struct sink *s, const struct target_info *target)
{
	send_whole(s, MESSAGE_TARGET_BEGIN, target->index, target, sizeof(*target));
}

static void worker_sent(struct sink *s, const struct target_info *target, uint64_t seq)
{
	struct worker *w = s->state;
	struct message *m = begin_probing(s, MESSAGE_SENT, target->index, 0);

	if (!m)
		return;
	m->seq = seq;
	send_message(w, m, NULL, 0);
}

static void worker_result(struct sink *s, const struct target_info *target, const struct result *r)
{
	struct worker *w = s->state;
	struct message *m = begin_probing(s, MESSAGE_RESULT, target->index, packed_room(r));

	pack_note(&w->packer, r);
	if (m)
		ring_send(w->ring, pack_result(&w->packer, m->data, r) - (uint8_t *)m);
}

static void worker_error(struct sink *s, const struct target_info *target, const struct result_error *e)
{
	struct worker *w = s->state;
	struct message *m = begin_probing(s, MESSAGE_ERROR, target->index, sizeof(*e));

	if (m)
		send_message(w, m, e, sizeof(*e));
}

static void worker_outstanding(struct sink *s, const struct target_info *target, uint64_t seq,
			       uint64_t wall_us)
{
	struct worker *w = s->state;
	struct message *m = begin_probing(s, MESSAGE_OUTSTANDING, target->index, 0);

	if (!m)
		return;
	m->seq = seq;
	m->wall_us = wall_us;
	send_message(w, m, NULL, 0);
}

static void worker_clocks(struct sink *s, const struct clocks *clocks)
{
	struct worker *w = s->state;
	struct message *m = begin_probing(s, MESSAGE_CLOCKS, 0, sizeof(*clocks));

	if (m)
		send_message(w, m, clocks, sizeof(*clocks));
}

/* From now on the other process need not give way. */
static void worker_probes_over(struct sink *s)
{
	struct worker *w = s->state;
	char over = 1;
	struct iovec iov = { &over, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	w->over = true;
	/* Where it has ended, the end of the run says so. */
	if (sendmsg(w->end, &msg, MSG_NOSIGNAL) != 1)
		return;
}

/* They are copied whole, so that the figures hold whatever was left out. */
static void worker_target_end(struct sink *s, const struct target_info *target, const struct stats *stats)
{
	struct worker *w = s->state;
	char *data = NULL;
	size_t size = 0, done, piece;
	FILE *copy;
	bool good;

	if (w->text.ops || has_lost_view(w)) {
		tell_instead(w, s->run, target, stats);
		return;
	}
	copy = open_memstream(&data, &size);
	good = copy && stats_write(stats, copy);

	tell_missed(w, true);
	if (!copy || fclose(copy) || !good) {
		w->given_up = "has no statistics, for lack of memory";
		size = 0;
	}
	for (done = 0; done < size; done += piece) {
		piece = size - done < CHUNK_SIZE ? size - done : CHUNK_SIZE;
		send_whole(s, MESSAGE_PIECE, target->index, data + done, piece);
	}
	send_whole(s, MESSAGE_TARGET_END, target->index, NULL, 0);
	free(data);
}

static void worker_run_end(struct sink *s)
{
	struct worker *w = s->state;

	tell_missed(w, true);
	send_whole(s, MESSAGE_RUN_END, 0, NULL, 0);
}

enum ending { ENDED_GOOD, ENDED_BAD, ENDED_SILENT, STILL_THERE };

/* Were it left alone, it would put files into place that are said not to be complete. */
static void kill_it(struct worker *w)
{
	static const struct timespec gone = { .tv_nsec = KILL_MS * NSEC_PER_MSEC };
	struct pollfd end = { .fd = w->end, .events = POLLIN };

	pidfd_send_signal(w->pidfd, SIGKILL, NULL, 0);
	ppoll(&end, 1, &gone, NULL);
}

static enum ending wait_for_end(struct worker *w)
{
	static const struct timespec step = { .tv_nsec = 50 * NSEC_PER_MSEC };
	struct pollfd end = { .fd = w->end, .events = POLLIN };
	enum ending without = ENDED_SILENT;
	char good;
	struct iovec iov = { &good, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	while (ppoll(&end, 1, &step, signals_during_wait()) <= 0) {
		if (may_wait(w))
			continue;
		kill_it(w);
		without = STILL_THERE;
		break;
	}
	/* It may have said so at the last moment. */
	if (recvmsg(w->end, &msg, MSG_DONTWAIT) != 1)
		return without;
	return good ? ENDED_GOOD : ENDED_BAD;
}

/* What the other process has done, or not, so that not all is there; NULL: nothing, or it has told that itself. */
static const char *what_is_wrong(const struct worker *w, enum ending ending)
{
	switch (ending) {
	case ENDED_SILENT:
		return "has ended";
	case STILL_THERE:
		return "takes too long";
	default:
		return w->given_up;
	}
}

static void complain_of(const struct worker *w, const char *wrong)
{
	if (w->has_files)
		complain("the files of --write are not complete: the process that writes them %s", wrong);
	else
		complain("the view (--live) was not seen to its end: the process that shows it %s", wrong);
}

/* A view says so itself, and its statistics are whole all the same. */
static bool complain_of_missed(const struct worker *w)
{
	if (!w->has_files || (!w->all_missed && !w->missed_errors))
		return false;
	complain("%llu %s came faster than they could be written, and are missing in the files of --write: "
		 "use a longer interval (-i)",
		 (unsigned long long)(w->all_missed ? w->all_missed : w->missed_errors),
		 w->all_missed ? "results" : "errors");
	return true;
}

static bool worker_close(struct sink *s)
{
	struct worker *w = s->state;
	const char *wrong;
	enum ending ending;
	bool good;

	if (!w->over)
		worker_probes_over(s);
	send_whole(s, MESSAGE_CLOSE, 0, NULL, 0);
	ring_wake(w->ring);
	ending = wait_for_end(w);
	wrong = what_is_wrong(w, ending);
	good = ending == ENDED_GOOD && !wrong;
	if (ending == ENDED_SILENT || ending == STILL_THERE)
		give_terminal_back(w);
	if (w->text.ops)
		sink_text.close(&w->text);
	if (wrong)
		complain_of(w, wrong);
	else if (complain_of_missed(w))
		good = false;
	worker_free(w);
	return good;
}

static const struct sink_ops sink_worker = {
	.run_begin = worker_run_begin,
	.target_begin = worker_target_begin,
	.sent = worker_sent,
	.result = worker_result,
	.error = worker_error,
	.outstanding = worker_outstanding,
	.clocks = worker_clocks,
	.probes_over = worker_probes_over,
	.target_end = worker_target_end,
	.run_end = worker_run_end,
	.close = worker_close,
};

/* --- the worker --- */

/*
 * Its first thread works while there are probes, with SCHED_IDLE: any other task gets the CPU from it at once. Without
 * CAP_SYS_NICE or RLIMIT_NICE no thread leaves that policy, and on a busy CPU what is left would take longer than anybody waits. So the
 * second thread, which sleeps till then, takes over after the last probe. Each lets go of its turn after a message, and while it waits.
 */
static _Thread_local bool is_idle;

static void begin_turn(struct worker *w)
{
	pthread_mutex_lock(&w->turn);
	if (!is_idle || !atomic_load(&w->second.takes_over))
		return;
	pthread_mutex_unlock(&w->turn);
	for (;;) /* its signals are for the other */
		ppoll(NULL, 0, NULL, NULL);
}

static void end_turn(struct worker *w)
{
	pthread_mutex_unlock(&w->turn);
}

static int wait_between_turns(struct worker *w, int fd, const struct timespec *timeout)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	end_turn(w);
	n = ppoll(&p, 1, timeout, signals_during_wait());
	begin_turn(w);
	return n;
}

static void *need(void *memory)
{
	if (memory)
		return memory;
	complain("no memory for what is written to files: they are not complete");
	_exit(1);
}

static void take_target(struct worker *w, const struct message *m)
{
	struct target_info *t = need(malloc(sizeof(*t)));

	memcpy(t, m->data, sizeof(*t));
	w->targets = need(grow_array(w->targets, &w->nr_targets, m->target, sizeof(*w->targets)));
	w->targets[m->target] = t;
	sinks_target_begin(w->theirs, t);
}

static void take_piece(struct worker *w, const struct message *m, size_t size)
{
	if (!w->pieces)
		w->pieces = need(open_memstream(&w->piece_data, &w->piece_size));
	fwrite(m->data, size, 1, w->pieces);
}

static void take_target_end(struct worker *w, const struct target_info *target)
{
	struct stats stats = {};
	FILE *copy;

	if (!w->pieces)
		return;
	if (fclose(w->pieces) || !w->piece_size)
		need(NULL);
	copy = need(fmemopen(w->piece_data, w->piece_size, "r"));
	if (!stats_read(&stats, copy))
		need(NULL);
	sinks_target_end(w->theirs, target, &stats);
	stats_free(&stats);
	fclose(copy);
	free(w->piece_data);
	w->pieces = NULL;
}

static void take_result(struct worker *w, const struct target_info *target, const struct message *m)
{
	static struct result r;

	unpack_result(&w->unpacker, m->data, &r);
	sinks_result(w->theirs, target, &r);
}

static void take_probe(struct worker *w, const struct message *m)
{
	const struct target_info *target = m->target < w->nr_targets ? w->targets[m->target] : NULL;

	if (!target)
		return;
	switch (m->kind) {
	case MESSAGE_SENT:
		sinks_sent(w->theirs, target, m->seq);
		break;
	case MESSAGE_RESULT:
		take_result(w, target, m);
		break;
	case MESSAGE_ERROR:
		sinks_error(w->theirs, target, (const struct result_error *)m->data);
		break;
	case MESSAGE_OUTSTANDING:
		sinks_outstanding(w->theirs, target, m->seq, m->wall_us);
		break;
	default:
		take_target_end(w, target);
	}
}

static void take(struct worker *w, const struct message *m, size_t size)
{
	switch (m->kind) {
	case MESSAGE_RUN_BEGIN:
		memcpy(&w->run, m->data, sizeof(w->run));
		sinks_run_begin(w->theirs, &w->run);
		break;
	case MESSAGE_TARGET_BEGIN:
		take_target(w, m);
		break;
	case MESSAGE_CLOCKS:
		sinks_clocks(w->theirs, (const struct clocks *)m->data);
		break;
	case MESSAGE_MISSED:
		sinks_missed(w->theirs, m->seq);
		break;
	case MESSAGE_PIECE:
		take_piece(w, m, size - sizeof(*m));
		break;
	case MESSAGE_RUN_END:
		sinks_run_end(w->theirs);
		break;
	default:
		take_probe(w, m);
	}
}

/*
 * Let a view draw, and read keys for @ms at the most. What ends the view ends the run, as if the user had interrupted
 * that; the view sees it to its end.
 */
static void serve_view(struct worker *w, unsigned int ms)
{
	struct timespec nap = { .tv_nsec = ms * NSEC_PER_MSEC };
	int keys = w->quit ? -1 : sinks_input_fd(w->theirs);

	if (wait_between_turns(w, keys, &nap) > 0 && !sinks_input(w->theirs)) {
		w->quit = true;
		kill(w->parent, SIGINT);
	}
	sinks_tick(w->theirs);
}

/* Take all that is there. Returns false once that was the last. */
static bool take_all(struct worker *w)
{
	const struct message *m;
	unsigned int nr = 0;
	size_t size;

	while ((m = ring_next(w->ring, &size))) {
		if (m->kind == MESSAGE_CLOSE)
			return false;
		take(w, m, size);
		ring_taken(w->ring);
		end_turn(w);
		begin_turn(w);
		/* A flood may never leave it empty. */
		if (w->has_view && ++nr % VIEW_MESSAGES == 0)
			serve_view(w, 0);
	}
	return getppid() == w->parent;
}

/* Sleep until there is something to take, or to be done; for the length of a nap where the last one was not in vain. */
static void wait_for_message(struct worker *w, bool nap)
{
	static const struct timespec nap_time = { .tv_nsec = NAP_MS * NSEC_PER_MSEC };

	if (nap || ring_sleep(w->ring))
		wait_between_turns(w, ring_fd(w->ring), nap ? &nap_time : NULL);
	ring_awake(w->ring);
}

/* Until the last message. */
static void work(struct worker *w)
{
	size_t size;
	char good;

	begin_turn(w);
	while (take_all(w)) {
		if (w->has_view) {
			serve_view(w, NAP_MS);
			continue;
		}
		wait_for_message(w, true);
		if (!ring_next(w->ring, &size))
			wait_for_message(w, false);
	}
	good = sinks_close(w->theirs);
	if (write(w->end, &good, 1) != 1)
		_exit(1);
	_exit(0);
}

/* Capabilities and the filter are each thread's own. */
static int drop(const struct worker *w, struct error *error)
{
	return w->has_view ? privileges_drop_to_view(true, error) : privileges_drop(error);
}

/* The second thread: sleep until the probes are over, or the probing process has ended. */
static void *take_over(void *worker)
{
	static const struct sched_param none = {};
	struct worker *w = worker;
	char over;

	if (sched_getscheduler(0) != SCHED_IDLE)
		sched_setscheduler(0, SCHED_OTHER, &none);
	w->second.err = drop(w, &w->second.error);
	sem_post(&w->second.ready);
	while (read(w->end, &over, 1) < 0 && errno == EINTR)
		;
	atomic_store(&w->second.takes_over, true);
	work(w);
	return NULL;
}

static int start_second(struct worker *w, struct error *error)
{
	pthread_mutex_init(&w->turn, NULL);
	sem_init(&w->second.ready, 0, 0);
	if (pthread_create(&w->second.thread, NULL, take_over, w))
		return error_set(error, EAGAIN, "no thread to write files: %s", strerror(EAGAIN));
	while (sem_wait(&w->second.ready))
		;
	*error = w->second.error;
	return w->second.err;
}

/* Without the probing process's rights. */
static int become_worker(struct worker *w, struct error *error)
{
	int err;

	signals_catch_as_worker();
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	err = privileges_limit(error);
	err = err ? err : sinks_open_states(w->theirs, error);
	if (err)
		return err;
	w->has_view = sinks_have_view(w->theirs);
	err = start_second(w, error);
	return err ? err : drop(w, error);
}

/* How it went so far: what the probing process waits for before it goes on. */
struct beginning {
	struct taken_terminal terminal;
	int err;
	struct error error;
};

static void be_worker(struct worker *w)
{
	struct beginning b = {};

	b.err = become_worker(w, &b.error);
	if (!b.err)
		sinks_taken(w->theirs, &b.terminal);
	if (write(w->end, &b, sizeof(b)) != sizeof(b) || b.err) {
		sinks_close(w->theirs);
		_exit(1);
	}
	is_idle = true;
	work(w);
}

/* --- the beginning --- */

static int hear_beginning(struct worker *w, struct error *error)
{
	struct beginning b;
	ssize_t n;

	do
		n = read(w->end, &b, sizeof(b));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(b))
		return error_set(error, EPIPE, "the process that writes files has ended");
	*error = b.error;
	w->terminal = b.terminal;
	if (w->terminal.is_taken)
		filter_allow_terminal();
	return b.err;
}

/*
 * As little in the way of the probes as can be. With SCHED_BATCH, however nice, a task keeps the CPU for a slice that it has begun
 * (EEVDF, Linux 6.6), and probes were sent 1.4 ms late beside a view that was being drawn. Not earlier: nobody is to wait for it
 * then. It is the policy of the first thread alone.
 */
static void let_give_way(pid_t child)
{
	static const struct sched_param none = {};

	sched_setscheduler(child, SCHED_IDLE, &none);
}

static int start(struct worker *w, struct error *error)
{
	int ends[2], err;
	pid_t child;

	w->ring = ring_new(RING_SIZE);
	if (!w->ring)
		return error_set(error, ENOMEM, "no memory for what is written to files");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_set(error, errno, "no socket for the process that writes files: %s",
				 strerror(errno));
	w->end = ends[0];
	w->parent = getpid();
	fflush(NULL);
	child = fork();
	if (!child) {
		close(ends[0]);
		w->end = ends[1];
		be_worker(w);
	}
	close(ends[1]);
	if (child < 0)
		return error_set(error, EAGAIN, "no process to write files: %s", strerror(errno));
	w->pidfd = pidfd_open(child, 0); /* without it, as before Linux 5.3, the worker cannot be hurried */
	err = hear_beginning(w, error);
	if (!err)
		let_give_way(child);
	return err;
}

int worker_start(struct sink *here, struct sinks *theirs, struct error *error)
{
	struct worker *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return error_set(error, ENOMEM, "no memory");
	w->theirs = theirs;
	w->quiet = *theirs->slots[theirs->nr - 1].sink.display; /* a view is the last */
	w->quiet.quiet = true;
	w->has_files = theirs->slots[0].file.stream; /* they come first */
	w->end = -1;
	w->pidfd = -1;
	err = start(w, error);
	if (err) {
		worker_free(w);
		return err;
	}
	here->ops = &sink_worker;
	here->state = w;
	return 0;
}
