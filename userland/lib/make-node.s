# make_node: FIFOs and devices, for mknod and mkfifo.
        .include "abi.s"
        .include "frame.s"

        .text

# make_node(path: a0, type: a1, S_IF...; device: a2; mode text: a3 or 0) -> a0 = 0, or 1 after a message. Without a text
# the permissions are 0666 less the umask; with one they are exactly those.
# s0 path, s1 type, s2 device, s3 text, then the permissions
        .globl make_node
make_node:
        enter 4
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        mv   s3, a3
        li   a1, 0666
        beqz s3, 1f
        mv   a0, s3
        or   a1, a1, s1
        call change_mode
        bltz a0, 4f
        mv   s3, a0
        mv   a1, a0
        addi s3, s3, 1                  # not 0
1:      or   a2, a1, s1
        li   a0, AT_FDCWD
        mv   a1, s0
        mv   a3, s2
        call mknodat
        bnez a0, 3f
        beqz s3, 2f
        mv   a0, s0
        addi a1, s3, -1
        call chmod
        bnez a0, 3f
2:      li   a0, 0
        leave 4
3:      mv   a1, a0
        mv   a0, s0
        call warn
        li   a0, 1
        leave 4
4:      mv   a0, s3
        la   a1, .Linvalid
        li   a2, 1
        call fail

        .section .rodata
.Linvalid:      .asciz "invalid mode"
