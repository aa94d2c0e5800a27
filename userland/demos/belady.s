# Belady's anomaly, live: more memory, and more page faults.
#
# The program touches five pages in the order of Belady, Nelson and Shedler (1969): 1 2 3 4 1 2 5 1 2 3 4 5. The kernel takes
# pages first in, first out. With three frames that costs 9 faults, with four 10.
#
# The limit (--resident) counts the pages that processes have in RAM, but for locked ones. So the program locks its code, data
# and stack: what is left for the limit are the five pages. The process that waits for this one has some pages too; they came
# first, so they leave first, and nobody wants them back meanwhile.
#
# With four:        quire run --replacement fifo --resident 4 belady.s
# Without anomaly:  quire run --replacement ageing --resident 4 belady.s
# Step by step:     quire memory replay --string "1 2 3 4 1 2 5 1 2 3 4 5" --policy fifo --frames 3,4
#
#: machine --replacement fifo --resident 3
#: only the limit is the machine's own
#: stdout 9 faults
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE_BITS, 12
        .equ PAGES, 5

        .data
string: .byte 1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5
string_end:
        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
# s0 the five pages, s1 where in the string, s2 faults before
        .globl main
main:
        enter 3
        li   a0, MCL_CURRENT
        li   a7, SYS_mlockall
        ecall
        bnez a0, failed
        li   a0, 0
        li   a1, PAGES << PAGE_BITS
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0

        call faults
        mv   s2, a0
        la   s1, string
1:      lbu  t0, 0(s1)
        addi t0, t0, -1
        slli t0, t0, PAGE_BITS
        add  t0, t0, s0
        sb   t0, 0(t0)                  # a store: a load would show the page of zeroes that all processes share
        addi s1, s1, 1
        la   t1, string_end
        bltu s1, t1, 1b

        call faults
        sub  a1, a0, s2
        la   a0, told
        call printf
        li   a0, 0
        leave 3

failed: li   a0, 1
        leave 3

# Faults of this process so far, minor and major.
faults:
        enter 0
        li   a0, 0
        la   a1, resources
        call getrusage
        la   t0, resources
        ld   a0, rusage_ru_minflt(t0)
        ld   t1, rusage_ru_majflt(t0)
        add  a0, a0, t1
        leave 0

        .section .rodata
told:   .asciz "%d faults\n"
