# Processes, pipes and signals: fork, wait, exec, handlers, and output across a fork.
#: under bare: fail there is no fork
#: stdout parent
#: stdout from exec
#: stdout 22 checks passed
        .include "abi.s"
        .include "check.s"

        .bss
        .balign 8
status: .zero 8
fds:    .zero 8
caught: .zero 8
space:  .zero 64

        .text
        .globl main
main:
        string a0, "parent"
        call puts
        li a0, 1
        call fflush                     # or the child would write it once more
        equal "fflush", 0
        call fork
        bnez a0, 1f
        li a0, 42
        call exit
1:      mv s0, a0
        la a0, status
        call wait
        sub a0, a0, s0
        equal "wait gives the child's pid", 0
        lw a0, status
        equal "and its status", 42 << 8
        la a0, status
        call wait
        equal "wait without children", -ECHILD

        call fork
        bnez a0, 2f
        call abort
2:      mv s0, a0
        la a1, status
        li a2, 0
        call waitpid
        lw a0, status
        andi a0, a0, 0x7f
        equal "abort", SIGABRT

        # the child writes into a pipe and goes
        la a0, fds
        call pipe
        equal "pipe", 0
        call fork
        bnez a0, 3f
        lw a0, fds+4
        li a1, 1
        call dup2
        string a0, "through the pipe"
        call printf                     # without a newline: exit must write it
        li a0, 0
        call exit
3:      lw a0, fds+4
        call close
        lw a0, fds
        la a1, space
        li a2, 64
        call read_full
        equal "read_full", 16
        la a0, space
        text "what came through", "through the pipe"
        la a0, status
        call wait

        # exec: by path, along PATH, and not at all
        call fork
        bnez a0, 4f
        string a0, "PATH=/nowhere:/bin"
        call putenv
        string a0, "sh"
        la a1, arguments
        call execvp
        call _exit
4:      la a0, status
        call wait
        lw a0, status
        equal "the program's status", 3 << 8
        string a0, "no-such-program-anywhere"
        la a1, arguments
        call execvp
        equal "execvp of nothing", -ENOENT
        string a0, "/dev/null"
        la a1, arguments
        call execvp
        equal "execvp of what is no program", -EACCES
        string a0, ""
        la a1, arguments
        call execvp
        equal "execvp of an empty name", -ENOENT

        # signals
        li a0, SIGUSR1
        la a1, handler
        call signal
        equal "the old handler", SIG_DFL
        li a0, SIGUSR1
        call raise
        equal "raise", 0
        ld a0, caught
        equal "the handler's argument", SIGUSR1
        li a0, SIGUSR1
        li a1, SIG_IGN
        call signal
        la t0, handler
        sub a0, a0, t0
        equal "the handler from before", 0
        li a0, SIGKILL
        la a1, handler
        call signal
        equal "no handler for SIGKILL", -EINVAL
        li t0, 1 << (SIGUSR2 - 1)
        la t1, space
        sd t0, 0(t1)
        li a0, SIG_BLOCK
        mv a1, t1
        addi a2, t1, 8
        call sigprocmask
        equal "sigprocmask", 0
        li a0, SIGUSR2
        call raise                      # blocked: it would end the process
        la a0, space
        li a1, 8
        call rt_sigpending
        ld a0, space
        equal "a pending signal", 1 << (SIGUSR2 - 1)
        li a0, 1
        li a1, 5
        call dup2
        equal "dup2", 5
        li a0, 5
        li a1, 5
        call dup2
        equal "dup2 onto itself", 5
        li a0, 77
        li a1, 77
        call dup2
        equal "dup2 of nothing onto itself", -EBADF
        finish

handler:
        la t0, caught
        sd a0, 0(t0)
        ret

        .section .rodata
        .balign 8
arguments:      .dword 21f, 22f, 23f, 0
21:     .asciz "sh"
22:     .asciz "-c"
23:     .asciz "echo from exec; exit 3"
