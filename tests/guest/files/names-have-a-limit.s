# A name has at most 255 bytes, a path at most 4095.
#: stdout a name of 255 bytes: 3
#: stdout of 256 bytes: ENAMETOOLONG
#: stdout a path of 4095 bytes: ENOTDIR
#: stdout of 4096 bytes: ENAMETOOLONG
#: stdout 255 bytes removed: 0
        .include "../show.s"
        .include "../files.s"
        value path, 8192
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a2, 255
        call letters
        la a0, path
        li a1, O_CREAT | O_WRONLY
        li a2, 0600
        call open
        show "a name of 255 bytes"
        call close
        li a2, 256
        call letters
        la a0, path
        li a1, O_CREAT | O_WRONLY
        li a2, 0600
        call open
        show "of 256 bytes"
        la a0, path                     # aaa...a/////...
        li a1, '/'
        li a2, 4095
        call memset
        li a2, 255
        call letters
        la t0, path + 255
        li t1, '/'
        sb t1, 0(t0)
        la a0, path
        li a1, O_RDONLY
        li a2, 0
        call open
        show "a path of 4095 bytes"
        la t0, path
        li t1, 4095
        add t0, t0, t1
        li t1, '/'
        sb t1, 0(t0)
        la a0, path
        li a1, O_RDONLY
        li a2, 0
        call open
        show "of 4096 bytes"
        li a2, 255
        call letters
        la a0, path
        call unlink
        show "255 bytes removed"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# letters(count: a2): path = that many letters
letters:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a2, 0(sp)
        la a0, path
        li a1, 'a'
        call memset
        ld t1, 0(sp)
        la t0, path
        add t0, t0, t1
        sb zero, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
