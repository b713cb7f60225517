/* A process that dies, or is refused, at a chosen system call.  Loaded by LD_PRELOAD.
 *
 * One counter for the whole process, all threads together (strace counts each thread by itself),
 * over every call that changes what a disk holds.  Environment:
 *
 *   CRASH_POINT_KILL=N       SIGKILL in place of the N-th call
 *   CRASH_POINT_TORN=1       a write that is the N-th is done by half before
 *   CRASH_POINT_FAIL=C:N:E   the N-th call of class C (sync, write) fails with E (EIO, ENOSPC)
 *   CRASH_POINT_UNDER=DIR    only files below DIR fail, and only their syncs are told
 *   CRASH_POINT_WAIT=1       nothing counts before the program calls crash_point_arm()
 *   CRASH_POINT_COUNT=FILE   at an orderly end: the number of calls, of syncs and of writes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum class_of_call { CALL_SYNC, CALL_WRITE, CALL_OTHER, CALL_CLASSES };

static atomic_long calls, calls_of[CALL_CLASSES], failures, syncs;
static atomic_int armed;
static long kill_at, fail_at;
static int torn, fail_class = -1, fail_error;
static const char* under;

#define REAL(name) ((__typeof__(&name))real(&real_##name, #name))

static void* real(void** cached, const char* name) {
    if (!*cached) *cached = dlsym(RTLD_NEXT, name);
    return *cached;
}

__attribute__((constructor)) static void read_environment(void) {
    const char* text = getenv("CRASH_POINT_KILL");
    kill_at = text ? atol(text) : 0;
    torn = getenv("CRASH_POINT_TORN") != NULL;
    under = getenv("CRASH_POINT_UNDER");
    text = getenv("CRASH_POINT_FAIL");
    if (text) {
        fail_class = strncmp(text, "sync", 4) == 0 ? CALL_SYNC : CALL_WRITE;
        fail_at = atol(strchr(text, ':') + 1);
        fail_error = strstr(text, "ENOSPC") ? ENOSPC : EIO;
    }
    armed = getenv("CRASH_POINT_WAIT") == NULL;
}

__attribute__((destructor)) static void write_counts(void) {
    const char* path = getenv("CRASH_POINT_COUNT");
    char line[96];
    int size;
    int file;
    if (!path) return;
    armed = 0;
    size = snprintf(line, sizeof line, "%ld %ld %ld\n", (long)calls, (long)calls_of[CALL_SYNC],
                    (long)calls_of[CALL_WRITE]);
    file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || syscall(SYS_write, file, line, size) != size) _exit(99);
    syscall(SYS_close, file);
}

void crash_point_arm(void) { armed = 1; }
long crash_point_failures(void) { return failures; }
long crash_point_syncs(void) { return syncs; }

static int is_under(int fd) {
    char link[64];
    char path[PATH_MAX];
    ssize_t size;
    if (!under) return 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = syscall(SYS_readlink, link, path, sizeof path);
    return size > 0 && strncmp(path, under, strlen(under)) == 0;
}

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

/* True: the caller must answer -1 with errno.  Does not return when this call is the end. */
static int stops(enum class_of_call what, int fd, const void* octets, size_t size) {
    if (!armed || (what != CALL_OTHER && fd <= 2)) return 0;
    if (atomic_fetch_add(&calls, 1) + 1 == kill_at) {
        if (torn && what == CALL_WRITE && octets) syscall(SYS_write, fd, octets, size / 2);
        die();
    }
    if (what == CALL_SYNC && is_under(fd)) atomic_fetch_add(&syncs, 1);
    if ((int)what == fail_class && !is_under(fd)) return 0;
    if (atomic_fetch_add(&calls_of[what], 1) + 1 != fail_at || (int)what != fail_class)
        return 0;
    atomic_fetch_add(&failures, 1);
    errno = fail_error;
    return 1;
}

#define WRAP(result, name, class, fd, octets, size, parameters, arguments) \
    static void* real_##name;                                              \
    result name parameters {                                               \
        if (stops(class, fd, octets, size)) return -1;                     \
        return REAL(name) arguments;                                       \
    }

WRAP(ssize_t, write, CALL_WRITE, fd, octets, size, (int fd, const void* octets, size_t size),
     (fd, octets, size))
WRAP(ssize_t, pwrite, CALL_WRITE, fd, NULL, 0,
     (int fd, const void* octets, size_t size, off_t at), (fd, octets, size, at))
WRAP(ssize_t, pwrite64, CALL_WRITE, fd, NULL, 0,
     (int fd, const void* octets, size_t size, off64_t at), (fd, octets, size, at))
WRAP(ssize_t, writev, CALL_WRITE, fd, NULL, 0, (int fd, const struct iovec* parts, int count),
     (fd, parts, count))
WRAP(int, fsync, CALL_SYNC, fd, NULL, 0, (int fd), (fd))
WRAP(int, fdatasync, CALL_SYNC, fd, NULL, 0, (int fd), (fd))
WRAP(int, sync_file_range, CALL_OTHER, fd, NULL, 0,
     (int fd, off64_t at, off64_t size, unsigned flags), (fd, at, size, flags))
WRAP(int, ftruncate, CALL_OTHER, fd, NULL, 0, (int fd, off_t size), (fd, size))
WRAP(int, ftruncate64, CALL_OTHER, fd, NULL, 0, (int fd, off64_t size), (fd, size))
WRAP(int, rename, CALL_OTHER, 0, NULL, 0, (const char* from, const char* to), (from, to))
WRAP(int, renameat, CALL_OTHER, 0, NULL, 0, (int a, const char* from, int b, const char* to),
     (a, from, b, to))
WRAP(int, link, CALL_OTHER, 0, NULL, 0, (const char* from, const char* to), (from, to))
WRAP(int, linkat, CALL_OTHER, 0, NULL, 0,
     (int a, const char* from, int b, const char* to, int flags), (a, from, b, to, flags))
WRAP(int, unlink, CALL_OTHER, 0, NULL, 0, (const char* path), (path))
WRAP(int, unlinkat, CALL_OTHER, 0, NULL, 0, (int at, const char* path, int flags),
     (at, path, flags))
WRAP(int, mkdir, CALL_OTHER, 0, NULL, 0, (const char* path, mode_t mode), (path, mode))
WRAP(int, mkdirat, CALL_OTHER, 0, NULL, 0, (int at, const char* path, mode_t mode),
     (at, path, mode))

#define WRAP_OPEN(name, first_parameter, first_argument)                \
    static void* real_##name;                                           \
    int name(first_parameter const char* path, int flags, ...) {        \
        mode_t mode = 0;                                                \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        if (flags & (O_CREAT | O_TMPFILE)) mode = va_arg(rest, mode_t); \
        va_end(rest);                                                   \
        if ((flags & O_CREAT) && stops(CALL_OTHER, 0, NULL, 0)) return -1; \
        return REAL(name)(first_argument path, flags, mode);            \
    }
#define COMMA ,

WRAP_OPEN(open, , )
WRAP_OPEN(open64, , )
WRAP_OPEN(openat, int at COMMA, at COMMA)
WRAP_OPEN(openat64, int at COMMA, at COMMA)
