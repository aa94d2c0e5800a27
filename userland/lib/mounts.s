# The tables of mounts: /proc/self/mounts and /etc/fstab, a line each: source, directory, type, options.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"

        .text

# read_mounts(path: a0, vector: a1) -> a0 = 0 or -errno. Appends the address of a mount_entry (library.s) for each line.
# s0 rest of the file, s1 vector, s2 line, s3 entry
        .globl read_mounts
read_mounts:
        enter 4, 16
        mv   s1, a1
        call read_file
        bltz a0, 6f
        mv   s0, a0
1:      lbu  t0, 0(s0)
        beqz t0, 5f
        mv   s2, s0
        mv   a0, s0
        li   a1, '\n'
        call strchrnul
        mv   s0, a0
        lbu  t0, 0(a0)
        beqz t0, 2f
        sb   zero, 0(a0)
        addi s0, a0, 1
2:      li   a0, SIZEOF_mount_entry
        call xmalloc
        mv   s3, a0
        mv   a0, s2
        call .Lfield
        sd   a0, mount_source(s3)
        beqz a0, 4f                     # an empty line
        lbu  t0, 0(a0)
        li   t1, '#'
        beq  t0, t1, 4f
        li   a0, 0
        call .Lfield
        sd   a0, mount_directory(s3)
        beqz a0, 4f
        li   a0, 0
        call .Lfield
        bnez a0, 3f
        la   a0, .Lauto
3:      sd   a0, mount_type(s3)
        li   a0, 0
        call .Lfield
        bnez a0, 7f
        la   a0, .Ldefaults
7:      sd   a0, mount_options(s3)
        mv   a0, s1
        mv   a1, s3
        call vector_push
        j    1b
4:      mv   a0, s3
        call free
        j    1b
5:      li   a0, 0
6:      leave 4, 16

# field(line: a0, 0: go on) -> a0 = the next field, or 0; its state lies at the caller's sp
.Lfield:
        mv   a2, sp
        addi sp, sp, -16
        sd   ra, 8(sp)
        la   a1, .Lblanks
        call strtok_r
        ld   ra, 8(sp)
        addi sp, sp, 16
        bnez a0, .Lunescape
        ret

# unescape(text: a0) -> a0: \040 stands for a blank, in place
.Lunescape:
        mv   t0, a0
        mv   t1, a0
        li   t2, '\\'
        li   t3, 8
1:      lbu  t4, 0(t0)
        addi t0, t0, 1
        bne  t4, t2, 2f
        lbu  t5, 0(t0)
        addi t5, t5, -'0'
        bgeu t5, t3, 2f
        lbu  t6, 1(t0)
        addi t6, t6, -'0'
        bgeu t6, t3, 2f
        slli t5, t5, 3
        add  t5, t5, t6
        lbu  t6, 2(t0)
        addi t6, t6, -'0'
        bgeu t6, t3, 2f
        slli t5, t5, 3
        add  t4, t5, t6
        addi t0, t0, 3
        sb   t4, 0(t1)
        addi t1, t1, 1
        j    1b
2:      sb   t4, 0(t1)
        addi t1, t1, 1
        bnez t4, 1b
        ret

# mount_of(path: a0, from the root and without links; mounts: a1, a vector) -> a0 = the entry of the mount that it is in, or
# 0: of those whose directory is a beginning of it the longest, and of equal ones the last
# s0 path, s1 next, s2 left, s3 best, s4 its length, s5 length
        .globl mount_of
mount_of:
        enter 6
        mv   s0, a0
        ld   s1, vector_data(a1)
        ld   s2, vector_count(a1)
        li   s3, 0
        li   s4, 0
1:      beqz s2, 4f
        ld   t0, 0(s1)
        ld   a0, mount_directory(t0)
        call strlen
        mv   s5, a0
        ld   t0, 0(s1)
        ld   a0, mount_directory(t0)
        li   t0, 1
        beq  s5, t0, 2f                 # the root: all paths are in it
        mv   a1, s0
        mv   a2, s5
        call strncmp
        bnez a0, 3f
        add  t0, s0, s5
        lbu  t0, 0(t0)
        beqz t0, 2f
        li   t1, '/'
        bne  t0, t1, 3f
2:      bltu s5, s4, 3f
        mv   s4, s5
        ld   s3, 0(s1)
3:      addi s1, s1, 8
        addi s2, s2, -1
        j    1b
4:      mv   a0, s3
        leave 6

# has_word(list: a0, "a,b,c"; word: a1) -> a0 = 1 or 0
        .globl has_word
has_word:
        enter 3
        mv   s0, a0
        mv   s1, a1
        mv   a0, a1
        call strlen
        mv   s2, a0
1:      mv   a0, s0
        mv   a1, s1
        mv   a2, s2
        call strncmp
        bnez a0, 2f
        add  t0, s0, s2
        lbu  t0, 0(t0)
        li   a0, 1
        beqz t0, 3f
        li   t1, ','
        beq  t0, t1, 3f
2:      mv   a0, s0
        li   a1, ','
        call strchrnul
        addi s0, a0, 1
        lbu  t0, 0(a0)
        bnez t0, 1b
        li   a0, 0
3:      leave 3

# type_wanted(type: a0, list: a1 or 0) -> a0 = 1 when the list of -t has the type, or begins with "no" and has it not
        .globl type_wanted
type_wanted:
        beqz a1, 2f
        lbu  t0, 0(a1)
        li   t1, 'n'
        bne  t0, t1, 1f
        lbu  t0, 1(a1)
        li   t1, 'o'
        bne  t0, t1, 1f
        enter 0
        mv   t0, a0
        addi a0, a1, 2
        mv   a1, t0
        call has_word
        xori a0, a0, 1
        leave 0
1:      mv   t0, a0
        mv   a0, a1
        mv   a1, t0
        j    has_word
2:      li   a0, 1
        ret

        .section .rodata
.Lblanks:       .asciz " \t"
.Lauto:         .asciz "auto"
.Ldefaults:     .asciz "defaults"
