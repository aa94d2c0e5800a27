main:   adi     a0, a0, 1
        addi    a0, a0, 5000
        addi    a0, a0
        add     a0, a1, a2, a3
        add     a0, a8, a2
        lw      a0, 4(sq)
        lw      a0, sp
        sw      a0, there
        li      a0, a1
        li      a0, nowhere
        slli    a0, a0, 64
        lui     a0, -1
        csrr    a0, cycel
        csrrwi  a0, fcsr, 32
        fence   wr, rw
        amoadd.w a0, a1, 4(a2)
        beqz    a0
        jalr    1, 2, 3
        ecall   a0
        mv      a0,
        ADD     a0, a0, a1
        lui     a0, %lo(main)
        addi    a0, a0, %high(main)
        add     a0, a1, %lo(main)
        ld      a0, "text"
        call    main@got
        addi    a0, a0, main
        j       9b
        j       8f
