# mkdir: makes directories.
#
# usage: mkdir [-pv] [-m MODE] DIRECTORY...
#   -p  parents, too, and no complaint when it exists    -m  permissions, as chmod has them (777 less the umask)    -v  says so
# exit status: 0; 1 when one could not be made
        .include "abi.s"
        .include "library.s"

        .data
        .balign 8
mode:           .dword 0777
explicit_mode:  .dword 0
parents:        .dword 0
verbose:        .dword 0

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 3f
        li t1, 1
        la t2, parents
        li t0, 'p'
        beq a0, t0, 2f
        la t2, verbose
        li t0, 'v'
        beq a0, t0, 2f
        ld a0, optarg
        li a1, S_IFDIR | 0777
        call change_mode
        bltz a0, 6f
        la t2, mode
        sd a0, 0(t2)
        la t2, explicit_mode
        li t1, 1
2:      sd t1, 0(t2)
        j 1b
3:      ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        li s1, 0
        ld t0, 0(s0)
        beqz t0, 7f
4:      ld a0, 0(s0)
        beqz a0, 5f
        call make
        or s1, s1, a0
        addi s0, s0, 8
        j 4b
5:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret
6:      ld a0, optarg
        la a1, .Linvalid
        li a2, 1
        call fail
7:      la a0, .Lusage
        li a1, 1
        call usage

# make(path: a0) -> a0 = 0 or 1
make:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # path
        mv s0, a0
        ld t0, parents
        beqz t0, 1f
        call make_parents
        bnez a0, 4f
1:      mv a0, s0
        ld a1, mode
        call mkdir
        beqz a0, 3f
        ld t0, parents
        beqz t0, 2f
        li t0, -EEXIST
        bne a0, t0, 2f
        sd a0, 0(sp)
        mv a0, s0
        call is_directory
        mv t0, a0
        li a0, 0
        bnez t0, 4f
        ld a0, 0(sp)
2:      mv a1, a0
        mv a0, s0
        call warn
        li a0, 1
        j 4f
3:      mv a0, s0
        call say
        ld t0, explicit_mode            # mkdir(2) has taken the umask away from it
        li a0, 0
        beqz t0, 4f
        mv a0, s0
        ld a1, mode
        call chmod
        bnez a0, 2b
4:      ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# make_parents(path: a0) -> a0 = 0 or 1: makes what stands before each slash, cutting the path there for the moment
make_parents:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # path
        sd s1, 8(sp)                    # where we are
        mv s0, a0
        mv s1, a0
1:      lbu t0, 0(s1)                   # past slashes: the root, and "a//b"
        li t1, '/'
        bne t0, t1, 2f
        addi s1, s1, 1
        j 1b
2:      mv a0, s1
        li a1, '/'
        call strchr
        mv s1, a0
        beqz a0, 5f                     # the last part
        sb zero, 0(s1)
        mv a0, s0
        li a1, 0777
        call mkdir
        beqz a0, 3f
        li t0, -EEXIST
        bne a0, t0, 4f
        mv a0, s0                       # a file there gives its error at the next part
        j 6f
3:      mv a0, s0
        call say
6:      li t0, '/'
        sb t0, 0(s1)
        j 1b
4:      mv a1, a0
        mv a0, s0
        call warn
        li t0, '/'
        sb t0, 0(s1)
        li a0, 1
        j 7f
5:      li a0, 0
7:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# say(path: a0): with -v
say:
        ld t0, verbose
        beqz t0, 1f
        mv a1, a0
        la a0, .Lmade
        j printf
1:      ret

        .section .rodata
.Lletters:      .asciz "m:pv"
.Lusage:        .asciz "mkdir [-pv] [-m MODE] DIRECTORY..."
.Linvalid:      .asciz "invalid mode"
.Lmade:         .asciz "mkdir: created directory '%s'\n"
