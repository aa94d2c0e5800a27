# free: how much memory the computer has, how much is in use, and what for.
#
# usage: free [-bkmgh] [-t] [-s SECONDS [-c COUNT]]
#   -b -k -m -g   in bytes, KiB (the default), MiB, GiB
#   -h            each figure in the unit that makes it short
#   -t            a line with the sum of memory and swap
#   -s -c         again every SECONDS, COUNT times
# exit status: 0; 1 for bad arguments
#
# used is total less available; shared is shared memory and tmpfs; available is what programs could get without swapping.
# All figures come from /proc/meminfo.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ HUMAN, -1                  # a unit of its own for each figure
        .equ COLUMN, 12                 # characters of a column
        .equ ROOM, 16                   # of a figure as text

        .bss
        .balign 8
unit:           .zero 8                 # log2 of the bytes that a figure counts, or HUMAN
total_line:     .zero 8                 # 1: -t
interval:       .zero 8                 # seconds, 0: once
count:          .zero 8                 # how often, 0: without end

        .text
        .globl main
main:
        enter 2
        mv   s0, a0
        mv   s1, a1
        la   t0, unit
        li   t1, 10
        sd   t1, 0(t0)
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bltz a0, 3f
        li   t0, 't'
        beq  a0, t0, 5f
        li   t0, 's'
        beq  a0, t0, 6f
        li   t0, 'c'
        beq  a0, t0, 7f
        la   t1, units                  # pairs: letter, log2
2:      lbu  t0, 0(t1)
        lb   t2, 1(t1)
        addi t1, t1, 2
        bne  t0, a0, 2b
        la   t0, unit
        sd   t2, 0(t0)
        j    1b
5:      la   t0, total_line
        li   t1, 1
        sd   t1, 0(t0)
        j    1b
6:      ld   a0, optarg
      call positive
        la   t0, interval
        sd   a0, 0(t0)
        j    1b
7:      ld   a0, optarg
      call positive
        la   t0, count
        sd   a0, 0(t0)
        j    1b
3:      ld   t0, optind
        bne  t0, s0, bad_usage
        ld   s0, count
4:      call show
        ld   s1, interval
        beqz s1, 8f
        addi s0, s0, -1
        beqz s0, 8f
        li   a0, '\n'
        call putchar
        call flush_all
        mv   a0, s1
        call sleep
        j    4b
8:      li   a0, 0
        leave 2
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# show(): the table. s0 text of /proc/meminfo, then: s1 total, s2 free, s3 available, s4 shared, s5 cached, s6 total and
# s7 free of swap; all in KiB
show:
        enter 8
        la   a0, meminfo
        call read_file
        bltz a0, 9f
        mv   s0, a0
        la   a1, mem_total
        call labelled
        mv   s1, a0
        mv   a0, s0
        la   a1, mem_free
        call labelled
        mv   s2, a0
        mv   a0, s0
        la   a1, mem_available
        call labelled
        mv   s3, a0
        mv   a0, s0
        la   a1, shmem
        call labelled
        mv   s4, a0
        mv   a0, s0
        la   a1, buffers
        call labelled
        mv   s5, a0
        mv   a0, s0
        la   a1, cached
        call labelled
        add  s5, s5, a0
        mv   a0, s0
        la   a1, reclaimable
        call labelled
        add  s5, s5, a0
        mv   a0, s0
        la   a1, swap_total
        call labelled
        mv   s6, a0
        mv   a0, s0
        la   a1, swap_free
        call labelled
        mv   s7, a0
        mv   a0, s0
        call free
        la   a0, header
        call puts

        la   a0, mem_row
        call plain
        mv   a0, s1
        call figure
        sub  a0, s1, s3
        call figure
        mv   a0, s2
        call figure
        mv   a0, s4
        call figure
        mv   a0, s5
        call figure
        mv   a0, s3
        call figure
        la   a0, swap_row
        call plain
        mv   a0, s6
        call figure
        sub  a0, s6, s7
        call figure
        mv   a0, s7
        call figure
        ld   t0, total_line
        beqz t0, 1f
        la   a0, total_row
        call plain
        add  a0, s1, s6
        call figure
        sub  a0, s1, s3
        add  a0, a0, s6
        sub  a0, a0, s7
        call figure
        add  a0, s2, s7
        call figure
1:      li   a0, '\n'
        call putchar
        leave 8
9:      mv   a1, a0
        la   a0, meminfo
        li   a2, 1
        call die

# plain(text: a0): writes it without a newline
plain:
        li   a1, STDOUT_FILENO
        tail fputs

# figure(KiB: a0): one column
figure:
        enter 0, ROOM
        ld   t0, unit
        bltz t0, 1f
        slli a2, a0, 10
        srl  a2, a2, t0
        la   a0, number
        li   a1, COLUMN
        call printf
        leave 0, ROOM
1:      slli a1, a0, 10                 # in bytes
        mv   a0, sp
        call human
        la   a0, word
        li   a1, COLUMN
        mv   a2, sp
        call printf
        leave 0, ROOM

# human(to: a0, bytes: a1): "0B", "764Ki", "2.4Gi": the smallest unit that makes it three digits or one behind the point,
# rounded to even, so that 1004 KiB are "1.0Mi". t0 log2 of the unit, t2 the unit, t3 tenths, then whole ones
human:
        li   t6, 1000
        bltu a1, t6, 4f
        la   a4, suffixes
        li   t0, 10
        li   a5, 10
1:      li   t2, 1
        sll  t2, t2, t0
        mul  t1, a1, a5
        srl  t3, t1, t0
        addi t4, t2, -1
        and  t4, t1, t4
        slli t4, t4, 1
        bltu t4, t2, 2f
        addi t3, t3, 1
        bne  t4, t2, 2f
        andi t3, t3, -2
2:      li   t5, 100
        bltu t3, t5, 3f
        srl  a2, a1, t0
        lbu  a3, 0(a4)
        addi a4, a4, 1
        addi t0, t0, 10
        bgeu a2, t6, 1b
        la   a1, wholes
        tail sprintf
3:      lbu  a4, 0(a4)
        remu a3, t3, a5
        divu a2, t3, a5
        la   a1, tenths
        tail sprintf
4:      mv   a2, a1
        la   a1, bytes
        tail sprintf

        .section .rodata
letters:        .asciz "bkmghts:c:"
usage_text:     .asciz "free [-bkmgh] [-t] [-s SECONDS [-c COUNT]]"
meminfo:        .asciz "/proc/meminfo"
units:          .byte 'b', 0, 'k', 10, 'm', 20, 'g', 30, 'h', HUMAN
suffixes:       .ascii "KMGTPE"
mem_total:      .asciz "MemTotal:"
mem_free:       .asciz "MemFree:"
mem_available:  .asciz "MemAvailable:"
shmem:          .asciz "Shmem:"
buffers:        .asciz "Buffers:"
cached:         .asciz "Cached:"
reclaimable:    .asciz "SReclaimable:"
swap_total:     .asciz "SwapTotal:"
swap_free:      .asciz "SwapFree:"
header:         .asciz "               total        used        free      shared  buff/cache   available"
mem_row:        .asciz "Mem:    "
swap_row:       .asciz "\nSwap:   "
total_row:      .asciz "\nTotal:  "
number:         .asciz "%*ld"
word:           .asciz "%*s"
wholes:         .asciz "%ld%ci"
tenths:         .asciz "%ld.%ld%ci"
bytes:          .asciz "%ldB"
