# realpath: the path of a file from the root, without symbolic links, "." and "..".
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ MOST_LINKS, SYMLINK_MAX_FOLLOW

        .equ local_path, 0              # a buffer: what is resolved; the root is ""
        .equ local_links, 24            # how many have been followed
        .equ local_target, 32           # PATH_MAX bytes from malloc
        .equ LOCALS, 48

        .text

# realpath(path: a0, mode: a1) -> a0 = the path, malloc, or -errno. Mode (library.s): REAL_ALL, every part must exist;
# REAL_BUT_LAST, all but the last; REAL_NONE, none need to.
# s0 what is still to go, s1 mode, s2 the text that s0 lies in, s3 a part, s4 its length
        .globl realpath
realpath:
        enter 5, LOCALS
        mv   s0, a0
        mv   s1, a1
        sd   zero, local_path+buffer_data(sp)
        sd   zero, local_path+buffer_length(sp)
        sd   zero, local_path+buffer_capacity(sp)
        sd   zero, local_links(sp)
        lbu  t0, 0(s0)
        li   a0, -ENOENT
        beqz t0, .Lreturn
        li   a0, PATH_MAX
        call xmalloc
        sd   a0, local_target(sp)
        mv   a0, s0
        call xstrdup
        mv   s0, a0
        mv   s2, a0
        lbu  t0, 0(s0)
        li   t1, '/'
        beq  t0, t1, .Lpart
        ld   a0, local_target(sp)
        li   a1, PATH_MAX
        call getcwd
        bltz a0, .Lerror
        ld   a1, local_target(sp)
        lbu  t0, 1(a1)
        beqz t0, .Lpart                 # "/" is ""
        addi a0, sp, local_path
        call buffer_append_string

.Lpart: lbu  t0, 0(s0)                  # the next part
        li   t1, '/'
        bne  t0, t1, 1f
        addi s0, s0, 1
        j    .Lpart
1:      beqz t0, .Lall
        mv   s3, s0
        mv   a0, s0
        li   a1, '/'
        call strchrnul
        mv   s0, a0
        sub  s4, a0, s3
        lbu  t0, 0(s3)
        li   t1, '.'
        bne  t0, t1, 2f
        li   t0, 1
        beq  s4, t0, .Lpart
        lbu  t0, 1(s3)
        bne  t0, t1, 2f
        li   t0, 2
        bne  s4, t0, 2f
        addi a0, sp, local_path
        call .Ldrop
        j    .Lpart
2:      addi a0, sp, local_path
        li   a1, '/'
        call buffer_put
        addi a0, sp, local_path
        mv   a1, s3
        mv   a2, s4
        call buffer_append
        addi a0, sp, local_path
        call buffer_string
        ld   a1, local_target(sp)
        li   a2, PATH_MAX - 1
        call readlink
        bgez a0, .Llink
        li   t0, REAL_NONE
        beq  s1, t0, .Lpart
        li   t0, -EINVAL
        beq  a0, t0, .Lno_link
        li   t0, -ENOENT
        bne  a0, t0, .Lerror
        li   t0, REAL_BUT_LAST
        bne  s1, t0, .Lerror
        mv   t0, s0                     # is it the last?
        li   t1, '/'
3:      lbu  t2, 0(t0)
        addi t0, t0, 1
        beq  t2, t1, 3b
        beqz t2, .Lpart
        j    .Lerror
.Lno_link:                              # with more behind it, it must be a directory
        lbu  t0, 0(s0)
        beqz t0, .Lpart
        addi a0, sp, local_path
        call buffer_string
        call is_directory
        bnez a0, .Lpart
        li   a0, -ENOTDIR
        j    .Lerror

.Llink: ld   t0, local_target(sp)       # its target comes before what is still to go
        add  t1, t0, a0
        sb   zero, 0(t1)
        ld   t1, local_links(sp)
        addi t1, t1, 1
        sd   t1, local_links(sp)
        li   a0, -ELOOP
        li   t2, MOST_LINKS
        bgtu t1, t2, .Lerror
        mv   a0, s0
        call strlen
        li   t0, PATH_MAX
        add  a0, a0, t0
        call xmalloc
        mv   s3, a0
        ld   a1, local_target(sp)
        call stpcpy
        mv   a1, s0                     # "" or "/..."
        call strcpy
        mv   a0, s2
        call free
        mv   s2, s3
        mv   s0, s3
        lbu  t0, 0(s0)
        li   t1, '/'
        addi a0, sp, local_path
        beq  t0, t1, 4f
        call .Ldrop
        j    .Lpart
4:      call buffer_clear
        j    .Lpart

.Lall:  ld   t0, local_path+buffer_length(sp)
        bnez t0, 5f
        addi a0, sp, local_path
        li   a1, '/'
        call buffer_put
5:      addi a0, sp, local_path
        call buffer_string
        mv   s3, a0
        j    .Lfree
.Lerror:
        mv   s3, a0
        addi a0, sp, local_path
        call buffer_free
.Lfree: mv   a0, s2
        call free
        ld   a0, local_target(sp)
        call free
        mv   a0, s3
.Lreturn:
        leave 5, LOCALS

# drop(buffer: a0): without its last part
.Ldrop: ld   t0, buffer_length(a0)
        ld   t1, buffer_data(a0)
        li   t3, '/'
1:      beqz t0, 2f
        addi t0, t0, -1
        add  t2, t1, t0
        lbu  t2, 0(t2)
        bne  t2, t3, 1b
2:      sd   t0, buffer_length(a0)
        ret
