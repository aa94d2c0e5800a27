# What stands in for a kernel below qemu-system-riscv64 -M virt -bios none: it builds Sv39 page tables of 4 KiB pages, enters the
# program in user mode, and answers write and exit_group. All of it is machine mode; it begins at the reset address.
#
# Behind it in memory lies the plan, doublewords written by image.ts:
#
#       0 entry    8 sp    16 first free page, for tables    24 regions    32... of each region: address, physical address,
#                                                                          pages, flags of its page-table entries
#
# A trap that is no such call ends the machine with a line "trap MCAUSE MEPC MTVAL" and status 1.

        .include "abi.s"
        .globl  _start
        .equ    UART, 0x10000000
        .equ    UART_STATUS, 5
        .equ    UART_EMPTY, 0x20
        .equ    TEST, 0x100000          # the device that powers off
        .equ    TEST_PASS, 0x5555
        .equ    TEST_FAIL, 0x3333
        .equ    PMPCFG0, 0x3a0
        .equ    PMPADDR0, 0x3b0
        .equ    PMP_ALL, 0x1f           # a naturally aligned region, to read, write and execute
        .equ    MSTATUS_MPP, 3 << 11
        .equ    MSTATUS_MPRV, 1 << 17
        .equ    USER_ECALL, 8
        .equ    PTE_V, 1
        .equ    PAGE, 4096

# s0 plan, s1 next free page, s2 root table, s3 regions left, s4 region
_start: la      s0, plan
        ld      s1, 16(s0)
        mv      s2, s1
        li      t0, PAGE
        add     s1, s1, t0
        ld      s3, 24(s0)
        addi    s4, s0, 32
1:      beqz    s3, enter
        ld      a0, (s4)
        ld      a1, 8(s4)
        ld      s5, 16(s4)
        ld      a2, 24(s4)
2:      beqz    s5, 3f
        call    map
        li      t0, PAGE
        add     a0, a0, t0
        add     a1, a1, t0
        addi    s5, s5, -1
        j       2b
3:      addi    s4, s4, 32
        addi    s3, s3, -1
        j       1b

enter:  li      t0, -1                  # without an entry user mode may touch nothing: Priv 3.7.1
        csrw    PMPADDR0, t0
        li      t0, PMP_ALL
        csrw    PMPCFG0, t0
        li      t0, 7                   # cycle, time and instret for user mode
        csrw    mcounteren, t0
        csrw    scounteren, t0
        la      t0, trap
        csrw    mtvec, t0
        la      t0, saved
        csrw    mscratch, t0
        li      t0, MSTATUS_MPP         # 0: user mode
        csrc    mstatus, t0
        srli    t0, s2, 12
        li      t1, 8 << 60             # Sv39
        or      t0, t0, t1
        csrw    satp, t0
        sfence.vma
        ld      t0, (s0)
        csrw    mepc, t0
        ld      sp, 8(s0)
        mret

# map(a0 virtual, a1 physical address, a2 flags): in the tables from s2 on; further ones come from s1
map:    mv      t0, s2
        li      t1, 30
1:      srl     t2, a0, t1              # the entry of this level
        andi    t2, t2, 511
        slli    t2, t2, 3
        add     t0, t0, t2
        li      t3, 12
        beq     t1, t3, 3f
        addi    t1, t1, -9
        ld      t2, (t0)
        bnez    t2, 2f
        srli    t2, s1, 2
        addi    t2, t2, PTE_V
        sd      t2, (t0)
        li      t3, PAGE                # memory is zeroes at the start
        add     s1, s1, t3
2:      srli    t0, t2, 10
        slli    t0, t0, 12
        j       1b
3:      srli    t2, a1, 2
        or      t2, t2, a2
        sd      t2, (t0)
        ret

        .balign 4                       # what mtvec asks for
trap:   csrrw   sp, mscratch, sp
        sd      ra, (sp)
        sd      t0, 8(sp)
        sd      t1, 16(sp)
        sd      t2, 24(sp)
        sd      t3, 32(sp)
        csrr    t0, mcause
        li      t1, USER_ECALL
        bne     t0, t1, fatal
        li      t1, SYS_exit_group
        beq     a7, t1, exit
        li      t1, SYS_write
        bne     a7, t1, fatal
        mv      t0, a1
        add     t1, a1, a2
1:      beq     t0, t1, 2f
        li      t2, MSTATUS_MPRV        # a load as user mode would do it: Priv 3.1.6.3
        csrs    mstatus, t2
        lbu     a0, (t0)
        csrc    mstatus, t2
        call    put
        addi    t0, t0, 1
        j       1b
2:      mv      a0, a2
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        ld      t3, 32(sp)
        ld      t2, 24(sp)
        ld      t1, 16(sp)
        ld      t0, 8(sp)
        ld      ra, (sp)
        csrrw   sp, mscratch, sp
        mret

# (a0 status): the machine's end
exit:   li      t0, TEST_PASS
        beqz    a0, 1f
        slli    a0, a0, 16
        li      t0, TEST_FAIL
        or      t0, t0, a0
1:      li      t1, TEST
        sw      t0, (t1)
2:      j       2b

# put(a0 character): changes t2, t3
put:    li      t2, UART
1:      lbu     t3, UART_STATUS(t2)
        andi    t3, t3, UART_EMPTY
        beqz    t3, 1b
        sb      a0, (t2)
        ret

fatal:  la      s0, .Ltrap
1:      lbu     a0, (s0)
        beqz    a0, 2f
        call    put
        addi    s0, s0, 1
        j       1b
2:      csrr    s0, mcause
        call    hex
        csrr    s0, mepc
        call    hex
        csrr    s0, mtval
        call    hex
        li      a0, '\n'
        call    put
        li      a0, 1
        j       exit

# hex(s0): a blank and 16 digits
hex:    mv      s1, ra
        li      a0, ' '
        call    put
        li      t0, 60
1:      srl     a0, s0, t0
        andi    a0, a0, 15
        li      t1, 10
        blt     a0, t1, 2f
        addi    a0, a0, 'a' - '0' - 10
2:      addi    a0, a0, '0'
        call    put
        addi    t0, t0, -4
        bgez    t0, 1b
        jr      s1

.Ltrap: .asciz  "trap"
        .balign 8
saved:  .zero   40
        .balign 4096
plan:
