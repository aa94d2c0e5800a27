# walk_tree: a file, or a directory with all that is below it.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"

        .equ local_stat, 0              # struct stat of the path
        .equ local_names, SIZEOF_stat   # a vector, when it is a directory
        .equ LOCALS, SIZEOF_stat + SIZEOF_vector

        .bss
        .balign 8
.Ldevice:       .zero 8                 # of the path that the walk began with

        .text

# walk_tree(path: a0, flags: a1, WALK_... bits; function: a2) -> a0 = 0, or 1 when something failed (messages have been
# given). The function is called as function(path: a0, stat: a1, depth: a2, when: a3, WALK_FILE, _BEFORE, _AFTER or
# _UNREADABLE) -> a0 = 0, 1 or WALK_SKIP.
        .globl walk_tree
walk_tree:
        li   a3, 0
        # fall through

# walk(path: a0, flags: a1, function: a2, depth: a3) -> a0 = 0 or 1
# s0 path, s1 flags, s2 function, s3 depth, s4 result, s5 index of a name, s6 path of what is below
.Lwalk: enter 7, LOCALS
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        mv   s3, a3
        li   s4, 0
        mv   a1, sp
        andi t0, s1, WALK_FOLLOW
        bnez t0, 1f
        bnez s3, 2f
        andi t0, s1, WALK_FOLLOW_NAMED
        beqz t0, 2f
1:      call stat
        beqz a0, 3f
        mv   a0, s0                     # a link that names nothing is a file itself
        mv   a1, sp
2:      call lstat
        bnez a0, .Lfailed
3:      la   t1, .Ldevice
        ld   t0, local_stat+stat_st_dev(sp)
        bnez s3, 4f
        sd   t0, 0(t1)
4:      andi t2, s1, WALK_ONE_DEVICE
        beqz t2, 5f
        ld   t1, 0(t1)
        bne  t0, t1, .Lend
5:      lw   t0, local_stat+stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFDIR
        li   a3, WALK_FILE
        bne  t0, t1, .Llast
        andi t0, s1, WALK_BELOW
        beqz t0, .Llast
        li   a3, WALK_BEFORE
        mv   a1, sp
        call .Lcall
        bltz a0, .Lend
        addi a1, sp, local_names
        sd   zero, vector_data(a1)
        sd   zero, vector_count(a1)
        sd   zero, vector_capacity(a1)
        mv   a0, s0
        call list_directory
        beqz a0, 6f
        mv   a1, a0
        mv   a0, s0
        call warn
        li   s4, 1
        li   a3, WALK_UNREADABLE
        j    .Llast
6:      li   s5, 0
7:      ld   t0, local_names+vector_count(sp)
        bgeu s5, t0, 8f
        ld   t0, local_names+vector_data(sp)
        slli t1, s5, 3
        add  t0, t0, t1
        ld   a1, 0(t0)
        mv   a0, s0
        call path_join
        mv   s6, a0
        mv   a1, s1
        mv   a2, s2
        addi a3, s3, 1
        call .Lwalk
        or   s4, s4, a0
        mv   a0, s6
        call free
        addi s5, s5, 1
        j    7b
8:      addi a0, sp, local_names
        call vector_free_all
        li   a3, WALK_AFTER
.Llast: mv   a1, sp
        call .Lcall
.Lend:  mv   a0, s4
        leave 7, LOCALS
.Lfailed:
        mv   a1, a0
        mv   a0, s0
        call warn
        li   s4, 1
        j    .Lend

# call(stat: a1, when: a3) -> a0 = 0, or WALK_SKIP; what failed is noted in s4
.Lcall: enter 0
        mv   a0, s0
        mv   a2, s3
        jalr s2
        bltz a0, 1f
        or   s4, s4, a0
        li   a0, 0
1:      leave 0
