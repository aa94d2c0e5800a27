# Processes: fork, wait, sleep. Results are the kernel's: -errno on failure.
        .include "abi.s"
        .text

# fork() -> a0 = 0 in the child, its pid in the parent. What is buffered for output is then buffered twice: fflush first.
        .globl fork
fork:
        li a0, SIGCHLD                  # clone as fork: nothing shared, SIGCHLD at its end
        li a1, 0
        li a2, 0
        li a3, 0
        li a4, 0
        j clone

# wait(status: a0, the address of 4 bytes, or 0) -> a0 = pid of a child that has ended
        .globl wait
wait:
        mv a1, a0
        li a0, -1
        li a2, 0
        # fall through

# waitpid(pid: a0, status: a1, options: a2) -> a0 = pid; 0 with WNOHANG when none has ended
        .globl waitpid
waitpid:
        li a3, 0
        j wait4

# sleep(seconds: a0) -> a0 = 0, or -EINTR
        .globl sleep
sleep:
        li t0, 1000000
        mul a0, a0, t0
        # fall through

# usleep(microseconds: a0) -> a0 = 0, or -EINTR
        .globl usleep
usleep:
        addi sp, sp, -32
        sd ra, 24(sp)
        li t0, 1000000
        divu t1, a0, t0
        remu t2, a0, t0
        li t0, 1000
        mul t2, t2, t0
        sd t1, timespec_tv_sec(sp)
        sd t2, timespec_tv_nsec(sp)
        mv a0, sp
        li a1, 0
        call nanosleep
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
