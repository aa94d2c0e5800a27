# vmstat: what memory, swap, disks and the processor have been doing.
#
# usage: vmstat [DELAY [COUNT]]      a line now: averages since boot; then a line every DELAY seconds, COUNT in all
#        vmstat -s                   every counter of /proc/vmstat that is not zero
#   r b                   processes that run or could, vmstat among them; that wait for the disk
#   swpd free buff cache  KiB
#   si so bi bo           KiB a second from and to swap, from and to disks
#   in cs                 interrupts and context switches a second
#   us sy id wa st        hundredths of the processor's time
# exit status: 0; 1 for bad arguments
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ PAGE_KIB, 4
        .equ TICKS, 100                 # of /proc/stat in a second

# Counters that only grow, in the order of the columns that come from them; a line shows differences.
        .equ SI, 0
        .equ SO, 1
        .equ BI, 2
        .equ BO, 3
        .equ INTERRUPTS, 4
        .equ SWITCHES, 5
        .equ USER, 6
        .equ NICE, 7                    # user to iowait as /proc/stat has them
        .equ SYSTEM, 8
        .equ IDLE, 9
        .equ WAIT, 10
        .equ COUNTERS, 11
        .equ SIZEOF_counters, 8 * COUNTERS

        .bss
        .balign 8
now:            .zero SIZEOF_counters
before:         .zero SIZEOF_counters   # at the line above; zeroes at the first, so that it says "since boot"
statistics:     .zero 8                 # text of /proc/stat
events:         .zero 8                 # text of /proc/vmstat
memory:         .zero 8                 # text of /proc/meminfo
all:            .zero 8                 # 1: -s

        .text
# s0 argc, then lines left (0: without end); s1 argv, then seconds (0: one line)
        .globl main
main:
        enter 3
        mv   s0, a0
        mv   s1, a1
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 1
        call option
        bltz a0, 2f
        la   t0, all
        li   t1, 1
        sd   t1, 0(t0)
        j    1b
2:      ld   t0, all
        bnez t0, summary
        ld   t0, optind
        sub  s0, s0, t0                 # operands
        slli t0, t0, 3
        add  s2, s1, t0
        li   t0, 2
        bgtu s0, t0, bad_usage
        li   s1, 0
        beqz s0, 3f
        ld   a0, 0(s2)
        call positive
        mv   s1, a0
        addi s0, s0, -1
        beqz s0, 3f
        ld   a0, 8(s2)
        call positive
        mv   s0, a0
3:      call read_all
        la   a0, heading
        call puts
        li   a0, 0
4:      call line
        beqz s1, 5f
        addi s0, s0, -1
        beqz s0, 5f
        call flush_all
        la   a0, before
        la   a1, now
        li   a2, SIZEOF_counters
        call memcpy
        mv   a0, s1
        call sleep
        call read_all
        mv   a0, s1
        j    4b
5:      li   a0, 0
        leave 3
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# read_all(): the three texts and what `now` holds
read_all:
        enter 2
        la   a0, stat_path
        la   a1, statistics
        call text
        la   a0, vmstat_path
        la   a1, events
        call text
        la   a0, meminfo_path
        la   a1, memory
        call text
        la   s0, now
        ld   a0, events
        la   a1, pages_in
        call counter
        li   t0, PAGE_KIB
        mul  a0, a0, t0
        sd   a0, 8 * SI(s0)
        ld   a0, events
        la   a1, pages_out
        call counter
        li   t0, PAGE_KIB
        mul  a0, a0, t0
        sd   a0, 8 * SO(s0)
        ld   a0, events
        la   a1, blocks_in
        call counter
        sd   a0, 8 * BI(s0)
        ld   a0, events
        la   a1, blocks_out
        call counter
        sd   a0, 8 * BO(s0)
        ld   a0, statistics
        la   a1, interrupts
        call counter
        sd   a0, 8 * INTERRUPTS(s0)
        ld   a0, statistics
        la   a1, switches
        call counter
        sd   a0, 8 * SWITCHES(s0)
        call processor_times
        leave 2

# text(path: a0, word: a1): the word gets the file's contents; those of before are freed
text:
        enter 2
        mv   s0, a0
        mv   s1, a1
        ld   a0, 0(s1)
        call free
        mv   a0, s0
        call read_file
        bltz a0, 1f
        sd   a0, 0(s1)
        leave 2
1:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

# counter(text: a0, label: a1) -> a0 = its number; 0 when this kernel does not count it
counter:
        enter 0
        call labelled
        bgez a0, 1f
        li   a0, 0
1:      leave 0

# processor_times(): "cpu  user nice system idle iowait" into `now`
processor_times:
        enter 2, 16
        ld   t0, statistics
        addi t0, t0, 3                  # behind "cpu"
        sd   t0, 0(sp)
        la   s0, now + 8 * USER
        la   s1, now + 8 * COUNTERS
1:      ld   a0, 0(sp)
        mv   a1, sp
        li   a2, 10
        call strtol
        sd   a0, 0(s0)
        addi s0, s0, 8
        bltu s0, s1, 1b
        leave 2, 16

# line(seconds: a0): one line of the table; of the time since boot when they are 0, which is the processor's time so far.
# s0 ticks that rates are of, s1 `now`, s2 `before`, s3 ticks of the processor
line:
        enter 4
        li   t0, TICKS
        mul  s0, a0, t0
        la   s1, now
        la   s2, before
        call passed
        mv   s3, a0
        bnez s0, 1f
        mv   s0, a0
1:      ld   a0, statistics
        la   a1, running
        call counter
        addi sp, sp, -16
        sd   a0, 0(sp)
        ld   a0, statistics
        la   a1, blocked
        call counter
        mv   a2, a0
        ld   a1, 0(sp)
        addi sp, sp, 16
        la   a0, processes
        call printf
        call memory_columns
        li   a0, SI
        call rate
        mv   a1, a0
        li   a0, 4
        call column
        li   a0, SO
        call rate
        mv   a1, a0
        li   a0, 4
        call column
        li   a0, BI
        call rate
        mv   a1, a0
        li   a0, 5
        call column
        li   a0, BO
        call rate
        mv   a1, a0
        li   a0, 5
        call column
        li   a0, INTERRUPTS
        call rate
        mv   a1, a0
        li   a0, 4
        call column
        li   a0, SWITCHES
        call rate
        mv   a1, a0
        li   a0, 4
        call column

        li   a0, USER
        call grown
        mv   s0, a0
        li   a0, NICE
        call grown
        add  a0, a0, s0
        call share
        mv   a1, a0
        li   a0, 2
        call column
        li   a0, SYSTEM
        call grown
        call share
        mv   a1, a0
        li   a0, 2
        call column
        li   a0, IDLE
        call grown
        call share
        mv   a1, a0
        li   a0, 2
        call column
        li   a0, WAIT
        call grown
        call share
        mv   a1, a0
        li   a0, 2
        call column
        li   a1, 0
        li   a0, 2
        call column
        li   a0, '\n'
        call putchar
        leave 4

# memory_columns(): swpd free buff cache
memory_columns:
        enter 1
        ld   a0, memory
        la   a1, swap_total
        call counter
        mv   s0, a0
        ld   a0, memory
        la   a1, swap_free
        call counter
        sub  a1, s0, a0
        li   a0, 6
        call column
        ld   a0, memory
        la   a1, mem_free
        call counter
        mv   a1, a0
        li   a0, 6
        call column
        ld   a0, memory
        la   a1, buffers
        call counter
        mv   a1, a0
        li   a0, 6
        call column
        ld   a0, memory
        la   a1, cached
        call counter
        mv   s0, a0
        ld   a0, memory
        la   a1, reclaimable
        call counter
        add  a1, a0, s0
        li   a0, 6
        call column
        leave 1

# column(width: a0, number: a1): a blank and the number
column:
        mv   a2, a1
        mv   a1, a0
        la   a0, number
        tail printf

# These are parts of line() and use its s0 to s3:
# passed() -> a0 = ticks that the processor's time grew by, at least 1
passed:
        li   a0, 0
        li   t0, 8 * USER
1:      add  t2, s1, t0
        add  t3, s2, t0
        ld   t2, 0(t2)
        ld   t3, 0(t3)
        sub  t2, t2, t3
        add  a0, a0, t2
        addi t0, t0, 8
        li   t1, 8 * COUNTERS
        bltu t0, t1, 1b
        bnez a0, 2f
        li   a0, 1
2:      ret
# grown(counter: a0) -> a0 = by how much
grown:
        slli a0, a0, 3
        add  t0, s1, a0
        add  t1, s2, a0
        ld   t0, 0(t0)
        ld   t1, 0(t1)
        sub  a0, t0, t1
        ret
# rate(counter: a0) -> a0 = how much it grew in a second, rounded
rate:
        enter 0
        call grown
        li   t0, TICKS
        mul  a0, a0, t0
        srli t0, s0, 1
        add  a0, a0, t0
        divu a0, a0, s0
        leave 0
# share(ticks: a0) -> a0 = hundredths of s3 that they are, rounded
share:
        li   t0, 100
        mul  a0, a0, t0
        srli t0, s3, 1
        add  a0, a0, t0
        divu a0, a0, s3
        ret

# summary: -s. s0 where a line begins, s1 its number
summary:
        la   a0, vmstat_path
        la   a1, events
        call text
        ld   s0, events
1:      lbu  t0, 0(s0)
        beqz t0, 3f
        mv   a0, s0                     # "name 123"
        la   a1, blank
        call strcspn
        add  s2, s0, a0
        sb   zero, 0(s2)
        addi a0, s2, 1
        call atol
        mv   s1, a0
        addi a0, s2, 1
        li   a1, '\n'
        call strchrnul
        mv   s2, a0
        beqz s1, 2f
        mv   a1, s1
        mv   a2, s0
        la   a0, summary_row
        call printf
2:      lbu  t0, 0(s2)
        mv   s0, s2
        beqz t0, 1b
        addi s0, s2, 1
        j    1b
3:      li   a0, 0
        leave 3

        .section .rodata
letters:        .asciz "s"
usage_text:     .asciz "vmstat [DELAY [COUNT]] | vmstat -s"
heading:        .ascii "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
                .asciz " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st"
processes:      .asciz "%2ld %2ld"
number:         .asciz " %*ld"
summary_row:    .asciz "%13ld %s\n"
blank:          .asciz " "
stat_path:      .asciz "/proc/stat"
vmstat_path:    .asciz "/proc/vmstat"
meminfo_path:   .asciz "/proc/meminfo"
running:        .asciz "procs_running "
blocked:        .asciz "procs_blocked "
interrupts:     .asciz "intr "
switches:       .asciz "ctxt "
pages_in:       .asciz "pswpin "
pages_out:      .asciz "pswpout "
blocks_in:      .asciz "pgpgin "
blocks_out:     .asciz "pgpgout "
swap_total:     .asciz "SwapTotal:"
swap_free:      .asciz "SwapFree:"
mem_free:       .asciz "MemFree:"
buffers:        .asciz "Buffers:"
cached:         .asciz "Cached:"
reclaimable:    .asciz "SReclaimable:"
