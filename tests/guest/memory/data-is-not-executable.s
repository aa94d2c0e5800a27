# An instruction runs only from a page with PROT_EXEC; fence.i lets the processor see code that was just written.
#: under bare: fail nothing is protected
#: stdout call of a writable page: SIGSEGV ACCERR
#: stdout call of it when executable: 42
#: stdout store to it then: SIGSEGV ACCERR
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, PAGE, RW, MAP_PRIVATE
        mv s0, a0
        ld t0, code
        sd t0, 0(s0)
        fence.i
        call try_call
        show_access "call of a writable page"
        mv a0, s0
        li a1, PAGE
        li a2, PROT_READ | PROT_EXEC
        call mprotect
        mv a0, s0
        call try_call
        show_access "call of it when executable"
        mv a0, s0
        call try_store
        show_access "store to it then"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
        .balign 8
code:   .word 0x02a00513                # li a0, 42
        .word 0x00008067                # ret
