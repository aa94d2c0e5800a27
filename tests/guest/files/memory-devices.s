# /dev/null takes everything and has nothing; zero has zeroes without end; full has no room; random has random bytes.
#: stdout write to null: 5
#: stdout read from null: 0
#: stdout read from zero: 64
#: stdout sum of its bytes: 0
#: stdout write to zero: 5
#: stdout write to full: ENOSPC
#: stdout read from full: 64
#: stdout sum of its bytes: 0
#: stdout read from random: 64
#: stdout some bit of it is set: 1
#: stdout lseek of null: 0
#: stdout null is a character device: 1
#: stdout its number: 259
        .include "../show.s"
        .include "../files.s"
        string null, "/dev/null"
        string zero, "/dev/zero"
        string full, "/dev/full"
        string urandom, "/dev/urandom"
        string hello, "hello"
        value room, 64
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, null
        call reopen
        text_to s0, hello, 5
        show "write to null"
        call fill
        show "read from null"
        la a0, zero
        call reopen
        call fill
        show "read from zero"
        call sum
        show "sum of its bytes"
        text_to s0, hello, 5
        show "write to zero"
        la a0, full
        call reopen
        text_to s0, hello, 5
        show "write to full"
        call fill
        show "read from full"
        call sum
        show "sum of its bytes"
        la a0, urandom
        call reopen
        call fill
        show "read from random"
        call sum
        snez a0, a0
        show "some bit of it is set"
        la a0, null
        call reopen
        mv a0, s0
        li a1, 100
        li a2, SEEK_SET
        call lseek
        show "lseek of null"
        size_of s0
        la t0, file_status
        lwu a0, stat_st_mode(t0)
        li t1, S_IFMT
        and a0, a0, t1
        li t1, S_IFCHR
        xor a0, a0, t1
        seqz a0, a0
        show "null is a character device"
        la t0, file_status
        ld a0, stat_st_rdev(t0)
        show "its number"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# reopen(path: a0) -> s0
reopen: addi sp, sp, -16
        sd ra, 8(sp)
        li a1, O_RDWR
        li a2, 0
        call open
        mv s0, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fill() -> a0 = bytes read into the room, which held something else before
fill:   addi sp, sp, -16
        sd ra, 8(sp)
        la a0, room
        li a1, 0x55
        li a2, 64
        call memset
        mv a0, s0
        la a1, room
        li a2, 64
        call read
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

sum:    la t0, room
        addi t1, t0, 64
        li a0, 0
1:      lbu t2, 0(t0)
        add a0, a0, t2
        addi t0, t0, 1
        bltu t0, t1, 1b
        ret
