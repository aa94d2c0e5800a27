# Same-page merging: more processes than memory holds, once equal pages share a frame.
#
# Each of 12 processes fills 1 MiB by itself, all with the same content, as machines do that run the same programs. Together
# that is more than this computer has, and there is no swap. They say so (madvise: MADV_MERGEABLE), and the kernel's scanner
# (/sys/kernel/mm/ksm/run) finds the equal pages and lets them share one frame, which nobody can write to. For each process
# its pages are resident as before. Who writes gets a copy of that one page, and nobody else notices. At last all have written
# the same, so that those copies are merged as well.
#
# See it happen: quire run --ram 8M --swap 0 --trace faults same-page-merging.s
# As curves:     quire run --ram 8M --swap 0 same-page-merging.s | quire chart --y KiB-written,KiB-in-use
#
#: machine --ram 8M --swap 0
#: only memory of this size, and the merging of its kernel
#: under bare: fail there are no pages to be merged
#: under segments: fail there are no pages to be merged
#: stdout~ two processes have filled 1024 KiB each; free memory: * KiB
#: stdout~ their equal pages are merged;           free memory: * KiB
#: stdout processes  KiB-written  KiB-in-use
#: stdout~         2         2048 *
#: stdout...
#: stdout~        12        12288 *
#: stdout 12 processes have filled 1024 KiB each, of 8192 KiB in all
#: stdout pages: 3072, of which 3056 have no frame of their own; frames: 16
#: stdout all read what they wrote; each wrote to one page: 12 copies
#: stdout pages: 3072, of which 3055 have no frame of their own; frames: 17
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PROCESSES, 12
        .equ PAGE, 4096
        .equ PAGES, 256
        .equ CONTENTS, 16               # different pages that each has, over and over
        .equ MILLISECOND, 1000

        .bss
        .balign 8
to_parent:      .zero 8                 # pipes: children say that they are done, the parent that they may go on
to_children:    .zero 8                 # they read and write
to_end:         .zero 8                 # they end
letter:         .zero 8

        .text
        .globl main
main:
        enter 2
        li   a0, 0
        li   a1, 0
        li   a2, MADV_MERGEABLE         # of no memory: only whether there is such a thing
        call madvise
        bltz a0, failed
        la   a0, to_parent
        call pipe
        la   a0, to_children
        call pipe
        la   a0, to_end
        call pipe
        call start
        call start
        la   a0, before
        call tell_free
        la   a0, scan_file              # every page once a millisecond
        la   a1, many
        call set
        la   a0, sleep_file
        la   a1, one
        call set
        la   a0, run_file
        la   a1, one
        call set
        call await_scans
        la   a0, after
        call tell_free

        la   a0, heading
        call puts
        li   s0, 2
        j    2f
1:      call start                      # there would not be room for all at once
        call await_scans
        addi s0, s0, 1
2:      mv   a0, s0
        call tell_use
        li   t0, PROCESSES
        blt  s0, t0, 1b
        la   a0, filled
        call printf
        call tell_pages
        la   a0, vmstat_file
        la   a1, copies_label
        call figure
        mv   s1, a0
        lw   a0, to_children + 4
        call let_go
        li   s0, PROCESSES
3:      call await_child
        addi s0, s0, -1
        bnez s0, 3b
        la   a0, vmstat_file
        la   a1, copies_label
        call figure
        sub  a1, a0, s1
        la   a0, written
        call printf
        call await_scans
        call tell_pages
        lw   a0, to_end + 4
        call let_go
        li   a0, 0
        leave 2

# start(): one process more, which has filled its memory when this returns
start:
        enter 0
        call flush_all                  # or fork would copy what printf has buffered, too
        call fork
        bltz a0, failed
        beqz a0, child
        call await_child
        leave 0

failed: mv   a1, a0
        la   a0, needs
        li   a2, 1
        call die

child:
        li   a0, 0
        li   a1, PAGES * PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   s0, a0
        li   a1, PAGES * PAGE
        li   a2, MADV_MERGEABLE
        call madvise
        li   s1, 0
1:      slli a0, s1, 12
        add  a0, a0, s0
        andi a1, s1, CONTENTS - 1
        addi a1, a1, 'A'
        li   a2, PAGE
        call memset
        addi s1, s1, 1
        li   t0, PAGES
        blt  s1, t0, 1b
        call say_done
        lw   a0, to_children
        call read_letter
        call check
        li   t0, '!'
        sb   t0, 0(s0)
        call say_done
        lw   a0, to_end
        call read_letter
        li   a0, 0
        call exit

# check(): ends the process unless each page from s0 on holds what was written
check:
        li   t0, 0
1:      slli t1, t0, 12
        add  t1, t1, s0
        andi t2, t0, CONTENTS - 1
        addi t2, t2, 'A'
        lbu  t3, 0(t1)
        bne  t3, t2, 2f
        addi t0, t0, 1
        li   t1, PAGES
        blt  t0, t1, 1b
        ret
2:      li   a0, 1
        tail exit

say_done:
        lw   a0, to_parent + 4
        j    write_letter
# let_go(pipe: a0): a letter for each child
let_go:
        enter 2
        mv   s1, a0
        li   s0, PROCESSES
1:      mv   a0, s1
        call write_letter
        addi s0, s0, -1
        bnez s0, 1b
        leave 2
write_letter:
        la   a1, letter
        li   a2, 1
        tail write
await_child:
        lw   a0, to_parent
read_letter:
        la   a1, letter
        li   a2, 1
        tail read

# await_scans(): all that was there has been looked at three times
await_scans:
        enter 1
        la   a0, scans_file
        call number
        addi s0, a0, 4
1:      li   a0, 2 * MILLISECOND
        call usleep
        la   a0, scans_file
        call number
        blt  a0, s0, 1b
        leave 1

# tell_pages(): how many pages are merged, and into how many frames
tell_pages:
        enter 1
        la   a0, shared_file
        call number
        mv   s0, a0
        la   a0, sharing_file
        call number
        mv   a2, a0
        mv   a3, s0
        add  a1, a2, s0
        la   a0, pages
        call printf
        leave 1

# tell_use(processes: a0): how much they have written, and how much of the computer's memory is in use
tell_use:
        enter 2
        mv   s0, a0
        la   a0, meminfo_file
        la   a1, total_label
        call figure
        mv   s1, a0
        la   a0, meminfo_file
        la   a1, free_label
        call figure
        sub  a3, s1, a0
        li   a2, PAGES * PAGE >> 10
        mul  a2, a2, s0
        mv   a1, s0
        la   a0, row
        call printf
        leave 2

# tell_free(text: a0)
tell_free:
        enter 1
        mv   s0, a0
        la   a0, meminfo_file
        la   a1, free_label
        call figure
        mv   a1, a0
        mv   a0, s0
        call printf
        leave 1

# number(file: a0) -> a0 = the number in it
number:
        enter 2
        call read_file
        mv   s0, a0
        call atol
        mv   s1, a0
        mv   a0, s0
        call free
        mv   a0, s1
        leave 2

# figure(file: a0, label: a1) -> a0 = the number behind it
figure:
        enter 2
        mv   s1, a1
        call read_file
        mv   s0, a0
        mv   a1, s1
        call labelled
        mv   s1, a0
        mv   a0, s0
        call free
        mv   a0, s1
        leave 2

# set(file: a0, text: a1)
set:
        enter 1
        mv   s0, a1
        li   a1, O_WRONLY
        li   a2, 0
        call open
        mv   a1, s0
        mv   s0, a0
        li   a2, 1
        lbu  t0, 1(a1)
        beqz t0, 1f
        li   a2, 5
1:      call write
        mv   a0, s0
        call close
        leave 1

        .section .rodata
needs:          .asciz "merging needs fork and memory made of pages"
before:         .asciz "two processes have filled 1024 KiB each; free memory: %ld KiB\n"
after:          .asciz "their equal pages are merged;           free memory: %ld KiB\n"
heading:        .asciz "processes  KiB-written  KiB-in-use"
row:            .asciz "%9ld  %11ld  %10ld\n"
filled:         .asciz "12 processes have filled 1024 KiB each, of 8192 KiB in all\n"
pages:          .asciz "pages: %ld, of which %ld have no frame of their own; frames: %ld\n"
written:        .asciz "all read what they wrote; each wrote to one page: %ld copies\n"
one:            .asciz "1"
many:           .asciz "10000"
run_file:       .asciz "/sys/kernel/mm/ksm/run"
scan_file:      .asciz "/sys/kernel/mm/ksm/pages_to_scan"
sleep_file:     .asciz "/sys/kernel/mm/ksm/sleep_millisecs"
scans_file:     .asciz "/sys/kernel/mm/ksm/full_scans"
shared_file:    .asciz "/sys/kernel/mm/ksm/pages_shared"
sharing_file:   .asciz "/sys/kernel/mm/ksm/pages_sharing"
meminfo_file:   .asciz "/proc/meminfo"
total_label:    .asciz "MemTotal:"
free_label:     .asciz "MemFree:"
vmstat_file:    .asciz "/proc/vmstat"
copies_label:   .asciz "cow_ksm"
