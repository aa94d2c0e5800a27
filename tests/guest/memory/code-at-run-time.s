# Code made at run time: not executable before mprotect, executed after it, changed and executed anew.
#: under bare: fail nothing is protected
#: stdout signal: 11
#: stdout si_code: 2
#: stdout si_addr in the page: 0
#: stdout the new function: 7
#: stdout mprotect: 0
#: stdout the changed function: 8
#: exit 0
        .include "../show.s"
        .equ PAGE, 4096
        .equ NUMBER_AT, 20              # where li (addi) has its number
        .data
        .balign 8
action: .dword handler, SA_SIGINFO, 0
        .section .rodata
        .balign 4
template:
        li   a0, 7
        ret
        .text
        .globl main
main:
        li   a0, SIGSEGV
        la   a1, action
        li   a2, 0
        call sigaction
        li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   s0, a0
        la   t0, template
        ld   t1, 0(t0)
        sd   t1, 0(s0)
        fence.i
        jalr s0                         # the handler makes it executable
        show "the new function"
        mv   a0, s0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE | PROT_EXEC
        call mprotect
        show "mprotect"
        lw   t0, 0(s0)
        li   t1, (8 - 7) << NUMBER_AT
        add  t0, t0, t1
        sw   t0, 0(s0)
        fence.i
        jalr s0
        show "the changed function"
        li   a0, 0
        call exit

handler:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   s1, 0(sp)
        mv   s1, a1
        show "signal"
        lw   a0, siginfo_si_code(s1)
        show "si_code"
        ld   a0, siginfo_si_addr(s1)
        sub  a0, a0, s0
        show "si_addr in the page"
        mv   a0, s0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_EXEC
        call mprotect
        ld   ra, 8(sp)
        ld   s1, 0(sp)
        addi sp, sp, 16
        ret
