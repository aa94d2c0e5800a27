# ps: the processes that there are.
#
# usage: ps [-aefluwx] [PID]...     all processes, or those; the options are accepted: everything is always shown
#   PID PPID PGID   the process, its parent, its process group
#   STAT            R runs or could, S sleeps, D sleeps for the disk, T is stopped, Z has ended and nobody asked yet;
#                   s leads a session, + is in the foreground of its terminal
#   VSZ RSS         KiB of address space; KiB of it that are in memory
#   TIME            processor time, minutes:seconds
# exit status: 0; 1 when a process that was asked for does not exist
#
# All of it is read from /proc, where each process is a folder.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ PAGE_KIB, 4
        .equ TICKS, 100                 # of /proc/PID/stat in a second
        .equ FIELDS, 24                 # as many of its fields are looked at

# Fields of /proc/PID/stat, numbered as proc(5) does; each is kept as a word, the state as its character.
        .equ PID, 1
        .equ STATE, 3
        .equ PPID, 4
        .equ PGRP, 5
        .equ SESSION, 6
        .equ TPGID, 8
        .equ UTIME, 14
        .equ STIME, 15
        .equ VSIZE, 23
        .equ RSS, 24

        .bss
        .balign 8
pids:           .zero SIZEOF_vector     # their names
field:          .zero 8 * (FIELDS + 1)  # field N at N words; the name, field 2, is not in it

        .text
        .globl main
main:
        enter 4
        mv   s0, a0
        mv   s1, a1
        li   s3, 0                      # exit status
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bgez a0, 1b
        la   a0, header
        call puts
        ld   t0, optind
        slli t0, t0, 3
        add  s1, s1, t0
        ld   t0, 0(s1)
        beqz t0, all
        lbu  t0, 0(t0)                  # "ps aux": letters without a dash
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        beqz t0, all
2:      ld   a0, 0(s1)
        beqz a0, 4f
        call show
        beqz a0, 3f
        li   s3, 1
3:      addi s1, s1, 8
        j    2b
4:      mv   a0, s3
        leave 4

all:    la   a0, pids
        call list_processes
        bltz a0, no_proc
        ld   s0, pids + vector_data
        ld   s1, pids + vector_count
5:      beqz s1, 4b
        ld   a0, 0(s0)
        call show
        addi s0, s0, 8
        addi s1, s1, -1
        j    5b
no_proc:
        mv   a1, a0
        la   a0, proc
        li   a2, 1
        call die

# show(pid as text: a0) -> a0 = 0, or 1: there is no such process (any more)
# s0 name, s1 command line, s2 pid as text
show:
        enter 3, 16
        mv   s2, a0
        la   a1, field
        li   a2, FIELDS
        call read_process_stat
        bltz a0, 8f
        mv   s0, a0
        mv   a1, a0
        mv   a0, s2
        call read_process_command
        mv   s1, a0
        mv   a0, sp
        call state_text
        la   t0, field
        mv   a1, s2
        ld   a2, 8 * PPID(t0)
        ld   a3, 8 * PGRP(t0)
        mv   a4, sp
        ld   a5, 8 * VSIZE(t0)
        srli a5, a5, 10
        ld   a6, 8 * RSS(t0)
        li   t1, PAGE_KIB
        mul  a6, a6, t1
        ld   t2, 8 * UTIME(t0)
        ld   t1, 8 * STIME(t0)
        add  t2, t2, t1
        li   t1, TICKS
        div  t2, t2, t1
        li   t1, 60
        div  a7, t2, t1
        rem  t2, t2, t1
        addi sp, sp, -16                # arguments eight and nine
        sd   t2, 0(sp)
        sd   s1, 8(sp)
        la   a0, row
        call printf
        addi sp, sp, 16
        mv   a0, s0
        call free
        mv   a0, s1
        call free
        li   a0, 0
        leave 3, 16
8:      li   a0, 1
        leave 3, 16

# state_text(to: a0): the letter, then s and + where they hold
state_text:
        la   t0, field
        ld   t1, 8 * STATE(t0)
        sb   t1, 0(a0)
        addi a0, a0, 1
        ld   t1, 8 * PID(t0)
        ld   t2, 8 * SESSION(t0)
        bne  t1, t2, 1f
        li   t4, 's'
        sb   t4, 0(a0)
        addi a0, a0, 1
1:      ld   t1, 8 * PGRP(t0)
        ld   t2, 8 * TPGID(t0)
        bne  t1, t2, 2f
        li   t4, '+'
        sb   t4, 0(a0)
        addi a0, a0, 1
2:      sb   zero, 0(a0)
        ret

        .section .rodata
letters:        .asciz "aefluwx"
usage_text:     .asciz "ps [-aefluwx] [PID]..."
header:         .asciz "  PID  PPID  PGID STAT    VSZ   RSS   TIME COMMAND"
row:            .asciz "%5s %5ld %5ld %-4s %6ld %5ld %3ld:%02ld %s\n"
proc:           .asciz "/proc"
