# Every pseudo-instruction, and the forms that GNU as accepts besides the manual's.
        .globl _start
_start: nop
        li a0, 0
        li a0, -2048
        li a0, 2048
        li a0, 0x12345678
        li a0, 0xfffff800
        li a0, 0x7fffffff
        li a0, 0x80000000
        li a0, -1
        li a0, 0xffffffffffffffff
        li a0, 0x123456789abcdef0
        li a0, 1 << 40
        la a1, value
        lla a2, value + 8
        la a3, _start
        mv a0, a1
        move a0, a1
        not a0, a1
        neg a0, a1
        negw a0, a1
        sext.b a0, a1
        sext.h a0, a1
        sext.w a0, a1
        zext.b a0, a1
        zext.h a0, a1
        zext.w a0, a1
        seqz a0, a1
        snez a0, a1
        sltz a0, a1
        sgtz a0, a1
        sgt a0, a1, a2
        sgtu a0, a1, a2
1:      beqz a0, 1b
        bnez a0, 1b
        blez a0, 1b
        bgez a0, 1f
        bltz a0, 1f
        bgtz a0, 1f
1:      bgt a0, a1, 1b
        ble a0, a1, 1b
        bgtu a0, a1, 1b
        bleu a0, a1, 1b
        j 1b
        jal 1b
        jal t0, 1b
        jr a0
        jr 4(a0)
        jr a0, 4
        jalr a0
        jalr 4(a0)
        jalr a0, 4
        jalr t0, a0
        jalr t0, 4(a0)
        jalr t0, (a0)
        jalr t0, a0, 4
        call function
        call t0, function
        call function@plt
        tail function
        jump function, t2
        ret
        lb a0, value
        lhu a0, value + 2
        ld a0, value
        sb a0, value, t0
        sd a0, value + 8, t0
        lw a0, (sp)
        sw a0, (sp)
        add a0, a0, 1
        addw a0, a0, -1
        and a0, a0, 15
        or a0, a0, 15
        xor a0, a0, 15
        slt a0, a0, 15
        sltu a0, a0, 15
        sll a0, a0, 63
        srl a0, a0, 1
        sra a0, a0, 1
        sllw a0, a0, 31
        srlw a0, a0, 1
        sraw a0, a0, 1
        csrr a0, cycle
        csrw fcsr, a0
        csrw 0x003, 3
        csrs fcsr, a0
        csrc fcsr, a0
        csrwi fcsr, 1
        csrsi fcsr, 1
        csrci fcsr, 1
        csrrw a0, fcsr, 1
        rdcycle a0
        rdtime a0
        rdinstret a0
        fence
        fence rw, w
        fence.i
        unimp
        scall
        sbreak
        sfence.vma
        sfence.vma a0
        amoadd.w a0, a1, (a2)
        amoadd.d.aqrl a0, a1, 0(a2)
        lr.w.aq a0, (a1)
        sc.d.rl a0, a1, (a2)
function: ret
        .data
        .balign 8
value:  .dword 1, 2
