main:   nop
main:   nop
        .equiv main, 5
        .set main, 5
        .set once, 1
        .equiv once, 2
        .set loop1, loop2 + 1
        .set loop2, loop1 + 1
        .word loop1
        .half main
        .word main * 2
        .byte elsewhere
        .space elsewhere
        .bss
        .byte 1
        nop
        .text
        lw a0, %pcrel_lo(main)(a0)
        .globl 5
        .comm main, 4
        j a0
        .uleb128 main
        .eqv own, own + 1
        .word own
        .size main, elsewhere
        .data
value:  .word 1
        .text
        addi a0, a0, value
        addi a0, a0, later
        .set later, 4096
