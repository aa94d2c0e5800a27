# MAP_SHARED ignores flags that it does not know, MAP_SHARED_VALIDATE refuses them: so a program learns whether it gets
# what it asked for.
#: only qemu-riscv64 passes on flags of its own
#: under bare segments: fail files cannot be mapped to be shared
#: stdout shared, unknown flag: 0
#: stdout validated, known flags: 0
#: stdout validated, unknown flag: ENOTSUP
#: stdout validated, synchronous: ENOTSUP
#: stdout validated, without a file: EINVAL
        .include "../show.s"
        .include "../map.s"
        .equ UNKNOWN, 1 << 21
        string name, "validate.tmp"
        .macro got label
        bltz a0, 1f
        li a0, 0
1:      show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s0, a0
        la a0, name
        call unlink
        map_file s0, PAGE, RW, MAP_SHARED | UNKNOWN
        got "shared, unknown flag"
        map_file s0, PAGE, RW, MAP_SHARED_VALIDATE | MAP_NORESERVE | MAP_POPULATE
        got "validated, known flags"
        map_file s0, PAGE, RW, MAP_SHARED_VALIDATE | UNKNOWN
        got "validated, unknown flag"
        map_file s0, PAGE, RW, MAP_SHARED_VALIDATE | MAP_SYNC
        got "validated, synchronous"
        map 0, PAGE, RW, MAP_SHARED_VALIDATE
        got "validated, without a file"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
