# Scheduling: one processor, two processes that never pause.
#
# Neither of the two children calls the kernel while it computes. A timer interrupt takes the processor away from the one
# and gives it to the other (pre-emption). Each child writes its letter into a shared log whenever it has done a piece of
# work, so that the log shows who had the processor when.
#
# Try: quire run --quantum 20000 scheduling.s; quire run --scheduler run-to-completion scheduling.s
# See it happen: quire run --trace switches scheduling.s
#
#: only the length of a time slice is a kernel's own affair
#: under bare: fail there is no fork
#: stdout~ who ran: *A*B*A*B*A*
#: stdout child A was interrupted at least 3 times: yes
#: stdout child B was interrupted at least 3 times: yes
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096
        .equ PIECES, 32                 # letters that each child writes
        .equ WORK, 10000                # turns of the loop that is one piece of work: two instructions each

# What lies where in the shared page
        .equ count, 0                   # letters in the log
        .equ log, 8

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage

        .text
        .globl main
main:
        li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_SHARED | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0

        li   s1, 'A'
        call start_child
        mv   s2, a0
        li   s1, 'B'
        call start_child
        mv   s3, a0

        mv   a0, s2
        call finish_child
        mv   s4, a0                     # how often A was interrupted
        mv   a0, s3
        call finish_child
        mv   s5, a0
        la   a0, who
        addi a1, s0, log
        call printf
        li   a1, 'A'
        mv   a2, s4
        call show_switches
        li   a1, 'B'
        mv   a2, s5
        call show_switches
        li   a0, 0
        call exit

failed: mv   a1, a0
        li   a0, 0
        li   a2, 1
        call die

# start_child(letter: s1) -> a0 = its number. The child does its work, then ends.
start_child:
        addi sp, sp, -16
        sd   ra, 8(sp)
        call fork
        bltz a0, failed
        beqz a0, 1f
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
1:      li   s2, PIECES
2:      li   t0, WORK
3:      addi t0, t0, -1
        bnez t0, 3b
        li   t1, 1
        amoadd.d t2, t1, (s0)           # a place in the log that nobody else gets
        add  t2, t2, s0
        sb   s1, log(t2)
        addi s2, s2, -1
        bnez s2, 2b
        li   a0, 0
        call exit

# finish_child(pid: a0) -> a0 = how often the processor was taken away from it
finish_child:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a1, 0
        li   a2, 0
        la   a3, resources              # what the child has used
        call wait4
        bltz a0, failed
        ld   a0, resources + rusage_ru_nivcsw
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

# show_switches(letter: a1, interruptions: a2)
show_switches:
        la   a0, switches
        la   a3, yes
        li   t0, 3
        bge  a2, t0, 1f
        la   a3, no
1:      mv   a2, a3
        tail printf

        .section .rodata
who:            .asciz "who ran: %s\n"
switches:       .asciz "child %c was interrupted at least 3 times: %s\n"
yes:            .asciz "yes"
no:             .asciz "no"
