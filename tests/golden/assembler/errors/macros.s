        .macro scale register, by:req
        slli \register, \register, \by
        addi \register, \register, 9999
        .endm

        .macro twice register
        scale \register, 1
        scale \register, 64
        .endm

main:   scale a0
        scale a0, 2
        twice a1
        twice a1, a2
        twoce a1
        .macro scale again
        .endm
        .macro loop
        loop
        .endm
        loop
        .macro open
        .if 1
        .endm
        open
        .rept 2
        bad \@
        .endr
        .irp x, 1, 2
        .bite \x
        .endr
        .error "this cannot be"
        .warning "this should not be"
        .purgem nothing
        .exitm
        .endr
        .if 1
        .macro endless
        nop
