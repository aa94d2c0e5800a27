# init: process 1, the first program that the kernel starts and the ancestor of all others.
#
# usage: init                          a login shell at the console; power-off when it has ended
#        init run PROGRAM [ARGUMENT]...  PROGRAM on the host's streams; power-off with its status
# power-off status: PROGRAM's exit status, or 128 + n when signal n ended it; 127 when there is no such program, 126 when
# it cannot be run. A shell that ended by itself leaves 0, whatever its last command's status was.
#
# Process 1 must not end: the kernel cannot go on without it. And whoever loses his parent becomes init's child, so it
# waits for every process that there is (it "reaps" them), not for its own child alone.
        .include "abi.s"
        .include "frame.s"
        .equ NOT_FOUND, 127
        .equ NOT_RUNNABLE, 126
        .equ BY_SIGNAL, 128             # added to the number of the signal

        .text
        .globl main
main:
        mv   s0, a0                     # argc
        mv   s1, a1                     # argv; s0 and s1 need no saving: main does not return
        li   t0, 3
        blt  s0, t0, at_console
        ld   a0, 8(s1)
        la   a1, run_word
        call strcmp
        beqz a0, on_streams

# The console. The shell leads a session of its own, whose controlling terminal the console is: that makes Ctrl-C a signal.
# The status of a shell says nothing about whether it could be started: `exit 127` is its user's business. So parent and
# child share a word, which stays 0 unless the child fails before it is the shell.
at_console:
        li   a0, 0
        li   a1, 4
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_SHARED | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, cannot_fork
        mv   s4, a0
        call fork
        bltz a0, cannot_fork
        bnez a0, wait_for_shell
        call setsid
        li   a0, AT_FDCWD
        la   a1, console
        li   a2, O_RDWR
        call openat                     # no descriptor is open yet: this one is 0
        bltz a0, no_console
        li   a1, TIOCSCTTY
        li   a2, 0
        call ioctl
        li   a0, STDIN_FILENO
        li   a1, STDOUT_FILENO
        call dup2
        li   a0, STDIN_FILENO
        li   a1, STDERR_FILENO
        call dup2
        call show_motd
        la   a0, shell
        la   a1, shell_argv
        j    become
no_console:
        li   a0, NOT_RUNNABLE
        j    not_started

wait_for_shell:
        call reap
        bnez a1, power_off              # a signal ended it
        lw   a0, (s4)
        j    power_off

# A program on the host's streams, in a process group of its own: a signal to its group does not reach init.
on_streams:
        la   s4, start_failure          # nobody asks: the status tells
        la   s2, streams
1:      ld   a1, 0(s2)
        beqz a1, 2f
        li   a0, AT_FDCWD
        lw   a2, 8(s2)
        call openat                     # the lowest free descriptor: 0, then 1, then 2
        addi s2, s2, 16
        j    1b
2:      call fork
        li   t0, -ENOSYS
        bne  a0, t0, 4f
        li   a0, CLONE_VM | CLONE_VFORK | SIGCHLD   # without translation no memory can be doubled: the child borrows it
        li   a1, 0
        li   a2, 0
        li   a3, 0
        li   a4, 0
        call clone
4:      bltz a0, cannot_fork
        bnez a0, 3f
        li   a0, 0
        li   a1, 0
        call setpgid                    # myself, into a group with my number
        ld   a0, 16(s1)
        addi a1, s1, 16
        j    become
3:      call reap
        j    power_off

cannot_fork:
        mv   a1, a0
        la   a0, fork_word
        call warn
        li   a0, NOT_RUNNABLE
        # fall through

# power_off(status: a0)
power_off:
        mv   s0, a0
        call sync                       # files whose home is a disk are written back
        mv   a3, s0
1:      li   a0, LINUX_REBOOT_MAGIC1
        li   a1, LINUX_REBOOT_MAGIC2
        li   a2, LINUX_REBOOT_CMD_POWER_OFF
        call reboot                     # does not return
        li   a3, 0
        j    1b

# become(path: a0, argv: a1): this process becomes that program, at home and with a fresh environment
become:
        mv   s2, a0
        mv   s3, a1
        la   a0, home
        call chdir
        mv   a0, s2
        mv   a1, s3
        la   a2, environment
        call execve
        mv   a1, a0
        mv   s3, a0
        mv   a0, s2
        call warn
        li   a0, NOT_FOUND
        li   t0, -ENOENT
        beq  s3, t0, 1f
        li   a0, NOT_RUNNABLE
1:      # fall through

# not_started(status: a0): ends a child that could not become its program
not_started:
        sw   a0, (s4)
        call _exit

# reap(child: a0) -> a0 = the child's exit status, a1 = 0; or a0 = 128 + n, a1 = 1 for signal n. Waits for all processes
# until the child ends.
reap:
        enter 1, 16
        mv   s0, a0
1:      mv   a0, sp
        call wait
        bne  a0, s0, 1b                 # an orphan, or a wait that was interrupted
        lw   a0, 0(sp)
        andi t0, a0, 0x7f               # wait(2): the signal in bits 6 ... 0, or the status in bits 15 ... 8
        srliw a0, a0, 8
        snez a1, t0
        beqz t0, 2f
        addi a0, t0, BY_SIGNAL
2:      leave 1, 16

# show_motd(): copies /etc/motd, if it is there, to the console
show_motd:
        enter 1
        la   a0, motd
        call read_file
        bltz a0, 1f
        mv   a2, a1
        mv   a1, a0
        li   a0, STDOUT_FILENO
        call write_all
1:      leave 1

        .section .rodata
run_word:       .asciz "run"
fork_word:      .asciz "fork"
console:        .asciz "/dev/console"
motd:           .asciz "/etc/motd"
shell:          .asciz "/bin/sh"
login_shell:    .asciz "-sh"            # by custom a dash before its name tells a shell that it is a login shell
hostin:         .asciz "/dev/hostin"
hostout:        .asciz "/dev/hostout"
hosterr:        .asciz "/dev/hosterr"
set_home:       .ascii "HOME="
home:           .asciz "/root"
set_path:       .asciz "PATH=/bin:/demos"
set_pwd:        .asciz "PWD=/root"
set_shell:      .asciz "SHELL=/bin/sh"
set_term:       .asciz "TERM=xterm"
set_user:       .asciz "USER=root"

        .data
        .balign 8
shell_argv:     .dword login_shell, 0
environment:    .dword set_home, set_path, set_pwd, set_shell, set_term, set_user, 0
streams:        .dword hostin, O_RDONLY, hostout, O_WRONLY, hosterr, O_WRONLY, 0

        .bss
        .balign 4
start_failure:  .skip 4
