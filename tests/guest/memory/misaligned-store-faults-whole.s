# A store that crosses into a page where it may not go writes nothing at all, on either page.
#: under bare segments: fail a part of a mapping has no rights of its own
#: stdout signal: 11
#: stdout the bytes before the border: 0
        .include "../show.s"
        .include "../map.s"
        .globl main
main:
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        li t0, PAGE
        add s1, s0, t0                  # the border
        mv a0, s1
        li a1, PAGE
        li a2, PROT_READ
        call mprotect
        li a0, SIGSEGV
        la a1, action
        li a2, 0
        call sigaction
        li t0, -1
        sd t0, -4(s1)
        say "the store went through"
        li a0, 1
        tail exit

handler:
        show "signal"
        lwu a0, -4(s1)
        show "the bytes before the border"
        li a0, 0
        tail exit

        .data
        .balign 8
action: .dword handler, SA_SIGINFO, 0
