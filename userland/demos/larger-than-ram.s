# A program that is larger than the memory of the computer.
#
# 24 MiB are filled with numbers and read again, on a computer that has 8 MiB. When frames become scarce the kernel looks for
# pages that were not used lately, writes them to the swap disk and gives their frames to others. The page-table entry of such
# a page then says where on the disk it is; touching it is a page fault that brings it back (a major fault: it had to wait
# for a disk). The program notices nothing but time.
#
# See it happen: quire run --ram 8M --swap 32M --stats larger-than-ram.s
#
#: machine --ram 8M --swap 32M
#: only how many page faults there are is a kernel's own affair
#: under bare segments: fail all memory that is mapped must be there at once
#: stdout memory of the computer: 8192 KiB; of this program: 24576 KiB
#: stdout wrote to 6144 pages
#: stdout~ read them all again: every number is right; * page faults had to wait for the disk
#: stdout~ now in swap: * KiB
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE_BITS, 12
        .equ PAGE, 1 << PAGE_BITS
        .equ BYTES, 24 << 20
        .equ PAGES, BYTES >> PAGE_BITS
        .equ FACTOR, 0x9e3779b1         # makes numbers of which no two neighbours are alike

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
# s0 the memory, s1 page, s2 major faults before
        .globl main
main:
        enter 3
        la   a0, meminfo
        la   a1, total_label
        call figure
        mv   a1, a0
        la   a0, sizes
        li   a2, BYTES >> 10
        call printf

        li   a0, 0
        li   a1, BYTES
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0

        mv   t0, s0
        li   t1, BYTES / 8
        li   t3, FACTOR
        li   t4, 0
1:      mul  t5, t4, t3                 # word i holds i * FACTOR
        sd   t5, 0(t0)
        addi t0, t0, 8
        addi t4, t4, 1
        bltu t4, t1, 1b
        la   a0, wrote
        li   a1, PAGES
        call printf

        call major_faults
        mv   s2, a0
        mv   t0, s0
        li   t1, BYTES / 8
        li   t3, FACTOR
        li   t4, 0
2:      mul  t5, t4, t3
        ld   t6, 0(t0)
        bne  t5, t6, wrong
        addi t0, t0, 8
        addi t4, t4, 1
        bltu t4, t1, 2b
        call major_faults
        sub  a1, a0, s2
        la   a0, again
        call printf
        la   a0, status
        la   a1, swap_label
        call figure
        mv   a1, a0
        la   a0, in_swap
        call printf
        li   a0, 0
        leave 3
wrong:  mv   a1, t4
        la   a0, not_right
        call printf
        li   a0, 1
        leave 3
failed: mv   a1, a0
        la   a0, mmap_word
        li   a2, 1
        call die

# major_faults() -> a0 = how many of this process's page faults have waited for a disk
major_faults:
        enter 0
        li   a0, RUSAGE_SELF
        la   a1, resources
        call getrusage
        ld   a0, resources + rusage_ru_majflt
        leave 0

# figure(file: a0, label: a1) -> a0 = the number behind the label
figure:
        enter 2
        mv   s0, a0
        mv   s1, a1
        call read_file
        bltz a0, 1f
        mv   a1, s1
        mv   s1, a0
        call labelled
        mv   s0, a0
        mv   a0, s1
        call free
        mv   a0, s0
        leave 2
1:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

        .section .rodata
meminfo:        .asciz "/proc/meminfo"
total_label:    .asciz "MemTotal:"
status:         .asciz "/proc/self/status"
swap_label:     .asciz "VmSwap:"
sizes:          .asciz "memory of the computer: %ld KiB; of this program: %ld KiB\n"
wrote:          .asciz "wrote to %ld pages\n"
again:          .asciz "read them all again: every number is right; %ld page faults had to wait for the disk\n"
in_swap:        .asciz "now in swap: %ld KiB\n"
not_right:      .asciz "word %ld is not what was written\n"
mmap_word:      .asciz "mmap"
