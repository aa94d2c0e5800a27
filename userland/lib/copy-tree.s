# copy_tree: a file, or a directory with all that is below it.
        .include "abi.s"
        .include "library.s"

        .equ BLOCK, 0x8000
        .equ PAGE, 0x1000
        .equ PERMISSIONS, 07777

        .equ frame_source, 0            # struct stat of the source
        .equ frame_target, SIZEOF_stat  # and of the target, when it exists
        .equ frame_names, 2 * SIZEOF_stat
        .equ frame_saved, 2 * SIZEOF_stat + 32
        .equ FRAME, 2 * SIZEOF_stat + 112

        .bss
        .balign 8
block:          .zero BLOCK
made_device:    .zero 8                 # the first directory made: not to be copied into itself
made_inode:     .zero 8
.Lfirst_device: .zero 8                 # with COPY_ONE_DEVICE
copied:         .zero SIZEOF_file_map   # of files with several names: the path of their copy

        .text

# copy_tree(from: a0, to: a1, flags: a2, COPY_... bits of library.s) -> a0 = 0, or 1 when something was not copied (messages
# have said what).
# s0 from, s1 to, s2 flags, s3 result, s4 mode of the source, s5 0 when the target exists
        .globl copy_tree
copy_tree:
        addi sp, sp, -FRAME
        sd ra, frame_saved+0(sp)
        sd s0, frame_saved+8(sp)
        sd s1, frame_saved+16(sp)
        sd s2, frame_saved+24(sp)
        sd s3, frame_saved+32(sp)
        sd s4, frame_saved+40(sp)
        sd s5, frame_saved+48(sp)
        sd s6, frame_saved+56(sp)
        sd s7, frame_saved+64(sp)
        mv s0, a0
        mv s1, a1
        mv s2, a2
        li s3, 0
        addi a1, sp, frame_source
        andi t0, s2, COPY_LINKS
        beqz t0, 1f
        call lstat
        j 2f
1:      call stat
2:      bltz a0, .Lsource_error
        mv a0, s1
        addi a1, sp, frame_target
        call stat
        mv s5, a0
        bltz a0, 3f
        ld t0, frame_source+stat_st_ino(sp)
        ld t1, frame_target+stat_st_ino(sp)
        bne t0, t1, 3f
        ld t0, frame_source+stat_st_dev(sp)
        ld t1, frame_target+stat_st_dev(sp)
        la a1, .Lsame
        beq t0, t1, .Lcomplain
3:      lw s4, frame_source+stat_st_mode(sp)
        li t0, S_IFMT
        and t0, s4, t0
        li t1, S_IFDIR
        beq t0, t1, .Ldirectory
        call .Lis_due
        beqz a0, .Ldone
        call .Lby_link
        bgtz a0, .Ldone
        bltz a0, .Ltarget_error
        li t0, S_IFMT
        and t0, s4, t0
        li t1, S_IFLNK
        beq t0, t1, .Llink              # only with COPY_LINKS
        andi t2, s2, COPY_RECURSIVE
        beqz t2, .Lfile                 # whatever it is: copy what can be read from it
        li t1, S_IFREG
        beq t0, t1, .Lfile

# -- a FIFO, a device
        call .Lsay
        mv a0, s1
        call unlink                     # what is not there need not go
        li a0, AT_FDCWD
        mv a1, s1
        mv a2, s4
        ld a3, frame_source+stat_st_rdev(sp)
        call mknodat
        bltz a0, .Ltarget_error
        call .Lpreserve
        j .Ldone

.Lsource_error:
        mv a1, a0
        mv a0, s0
        j .Lwarn
.Ltarget_error:
        mv a1, a0
        mv a0, s1
.Lwarn: call warn
        li s3, 1
        j .Ldone
.Lcomplain:
        mv a0, s0
        call complain
        li s3, 1
.Ldone:
        mv a0, s3
        ld ra, frame_saved+0(sp)
        ld s0, frame_saved+8(sp)
        ld s1, frame_saved+16(sp)
        ld s2, frame_saved+24(sp)
        ld s3, frame_saved+32(sp)
        ld s4, frame_saved+40(sp)
        ld s5, frame_saved+48(sp)
        ld s6, frame_saved+56(sp)
        ld s7, frame_saved+64(sp)
        addi sp, sp, FRAME
        ret

# -- a symbolic link: s6 its text
.Llink:
        call .Lsay
        li a0, PATH_MAX
        call xmalloc
        mv s6, a0
        mv a0, s0
        mv a1, s6
        li a2, PATH_MAX - 1
        call readlink
        bltz a0, .Lsource_error
        add t0, s6, a0
        sb zero, 0(t0)
        mv a0, s6
        mv a1, s1
        call symlink
        li t0, -EEXIST
        bne a0, t0, 1f
        mv a0, s1
        call unlink
        bltz a0, .Ltarget_error
        mv a0, s6
        mv a1, s1
        call symlink
1:      bltz a0, .Ltarget_error
        call .Lpreserve
        mv a0, s6
        call free
        j .Ldone

# -- a file: s6, s7 descriptors
.Lfile:
        call .Lsay
        mv a0, s0
        li a1, O_RDONLY
        li a2, 0
        call open
        bltz a0, .Lsource_error
        mv s6, a0
1:      mv a0, s1
        li a1, O_WRONLY | O_CREAT | O_TRUNC
        andi a2, s4, 0777
        call open
        mv s7, a0
        bgez a0, 2f
        andi t0, s2, COPY_FORCE
        bnez s5, .Lfile_target_error
        beqz t0, .Lfile_target_error
        andi s2, s2, ~COPY_FORCE        # once only
        mv a0, s1
        call unlink
        beqz a0, 1b
.Lfile_target_error:
        mv s7, a0
        mv a0, s6
        call close
        mv a0, s7
        j .Ltarget_error
2:      call .Lhas_holes
        li a2, BLOCK
        beqz a0, 7f
        li a2, PAGE                     # holes are looked for page by page
7:      mv a0, s6
        la a1, block
        call read
        beqz a0, 6f
        bltz a0, 3f
        mv a1, a0
        mv a0, s7
        call .Lwrite
        beqz a0, 2b
        mv a1, a0
        mv a0, s1
        j 5f
6:      call .Lhas_holes
        beqz a0, 4f
        mv a0, s7                       # a hole at the end is part of the file
        ld a1, frame_source+stat_st_size(sp)
        call ftruncate
        j 4f
3:      mv a1, a0
        mv a0, s0
5:      call warn
        li s3, 1
4:      mv a0, s6
        call close
        mv a0, s7
        call close
        bltz a0, .Ltarget_error
        call .Lpreserve
        j .Ldone

# -- a directory: s6 index of a name, s7 its path in the source
.Ldirectory:
        andi t0, s2, COPY_RECURSIVE
        la a1, .Lomitting
        beqz t0, .Lcomplain
        la t0, made_device              # is this what this very copy has made?
        ld t1, 0(t0)
        ld t2, frame_source+stat_st_dev(sp)
        bne t1, t2, 1f
        ld t1, 8(t0)
        ld t2, frame_source+stat_st_ino(sp)
        la a1, .Linto_itself
        beq t1, t2, .Lcomplain
1:      beqz s5, 2f
        mv a0, s1
        andi a1, s4, 0777
        ori a1, a1, 0700                # it must be writable while it is filled
        call mkdir
        bltz a0, .Ltarget_error
        call .Lsay
        mv a0, s1
        addi a1, sp, frame_target
        call stat
        la t0, made_inode
        ld t1, 0(t0)
        bnez t1, 3f
        ld t1, frame_target+stat_st_ino(sp)
        sd t1, 0(t0)
        ld t1, frame_target+stat_st_dev(sp)
        la t0, made_device
        sd t1, 0(t0)
        j 3f
2:      lw t0, frame_target+stat_st_mode(sp)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        li a0, -ENOTDIR
        bne t0, t1, .Ltarget_error
3:      andi t0, s2, COPY_ONE_DEVICE
        beqz t0, 7f
        la t0, .Lfirst_device
        ld t1, 0(t0)
        ld t2, frame_source+stat_st_dev(sp)
        bnez t1, 8f
        sd t2, 0(t0)
        mv t1, t2
8:      bne t1, t2, 9f
7:      addi a0, sp, frame_names
        sd zero, vector_data(a0)
        sd zero, vector_count(a0)
        sd zero, vector_capacity(a0)
        mv a1, a0
        mv a0, s0
        call list_directory
        bltz a0, .Lsource_error
        li s6, 0
4:      ld t0, frame_names+vector_count(sp)
        bgeu s6, t0, 5f
        ld t0, frame_names+vector_data(sp)
        slli t1, s6, 3
        add t0, t0, t1
        ld a0, 0(t0)
        call .Lcopy_below
        addi s6, s6, 1
        j 4b
5:      addi a0, sp, frame_names
        call vector_free_all
9:      beqz s5, 6f                     # a directory that was there keeps its permissions
        call .Lumask
        not a0, a0
        and a1, s4, a0                  # without the 0700 from above
        li t0, PERMISSIONS
        and a1, a1, t0
        mv a0, s1
        call chmod
6:      call .Lpreserve
        j .Ldone

# copy_below(name: a0): one name of the directory
.Lcopy_below:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        mv a1, a0
        mv a0, s0
        call path_join
        mv s7, a0
        ld a1, 16(sp)
        mv a0, s1
        call path_join
        sd a0, 8(sp)
        mv a1, a0
        mv a0, s7
        mv a2, s2
        call copy_tree
        or s3, s3, a0
        ld a0, 8(sp)
        call free
        mv a0, s7
        call free
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# is_due() -> a0 = 0 when COPY_KEEP or COPY_UPDATE leaves the target as it is. The frame lies at sp.
.Lis_due:
        li a0, 1
        bnez s5, 1f                     # no target
        andi t0, s2, COPY_UPDATE
        andi t1, s2, COPY_KEEP
        seqz a0, t1
        beqz a0, 1f
        beqz t0, 1f
        addi a0, sp, frame_source
        addi a1, sp, frame_target
        j is_newer
1:      ret

# by_link() -> a0 = 1: a link has been made in the place of a copy; 0: a copy must be made; -errno. The frame lies at sp.
# s6 path of the target: s0, or of the copy of another name of the file
.Lby_link:
        andi t0, s2, COPY_BY_LINK | COPY_BY_SYMLINK
        mv s6, s0
        mv a1, sp
        addi sp, sp, -16
        sd ra, 8(sp)
        bnez t0, 1f
        andi t0, s2, COPY_HARD_LINKS
        beqz t0, 6f
        lwu t0, frame_source+stat_st_nlink(a1)
        li t1, 2
        bltu t0, t1, 6f
        la a0, copied
        call file_map_at                # frame_source is 0
        sd a0, 0(sp)
        ld s6, 0(a0)
        bnez s6, 1f
        mv a0, s1
        call xstrdup
        ld t0, 0(sp)
        sd a0, 0(t0)
        j 6f
1:      andi t0, s2, COPY_HARD_LINKS | COPY_FORCE
        beqz t0, 2f
        mv a0, s1
        call unlink                     # what is not there need not go
2:      mv a0, s6
        mv a1, s1
        andi t0, s2, COPY_BY_SYMLINK
        bnez t0, 3f
        li a0, AT_FDCWD
        mv a1, s6
        li a2, AT_FDCWD
        mv a3, s1
        andi a4, s2, COPY_LINKS
        addi a4, a4, -COPY_LINKS        # 0, or what links name
        andi a4, a4, AT_SYMLINK_FOLLOW
        call linkat
        j 4f
3:      call symlink
4:      bltz a0, 5f
        call .Lsay
        li a0, 1
        j 5f
6:      li a0, 0
5:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# say(): with COPY_VERBOSE, what is copied
.Lsay:  andi t0, s2, COPY_VERBOSE
        beqz t0, 1f
        la a0, .Lcopied
        mv a1, s0
        mv a2, s1
        j printf
1:      ret

# has_holes() -> a0 = 1 when the source is a file that takes less room than it is long. The frame lies at sp.
.Lhas_holes:
        ld t0, frame_source+stat_st_blocks(sp)
        slli t0, t0, 9
        ld t1, frame_source+stat_st_size(sp)
        slt a0, t0, t1
        li t0, S_IFMT
        and t0, s4, t0
        li t1, S_IFREG
        xor t0, t0, t1
        seqz t0, t0
        and a0, a0, t0
        ret

# write(fd: a0, length: a1) -> a0 = 0 or -errno: the block, or a hole where a file with holes has nothing but zeroes
.Lwrite:
        mv a3, ra
        mv a4, a0
        call .Lhas_holes
        mv ra, a3
        la t0, block
        beqz a0, 2f
        add t1, t0, a1
1:      lbu t2, 0(t0)
        addi t0, t0, 1
        bnez t2, 2f
        bltu t0, t1, 1b
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, a4
        li a2, SEEK_CUR
        call lseek
        srai a0, a0, 63                 # 0, or all ones
        andi a0, a0, -ESPIPE
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
2:      mv a0, a4
        mv a2, a1
        la a1, block
        j write_all

# umask() -> a0 = the process's mask, which can be read by setting it only
.Lumask:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0
        call umask
        sd a0, 0(sp)
        call umask
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# preserve(): with COPY_PRESERVE, the target gets the source's owner, permissions and times. The frame lies at sp. Only the
# superuser may give a file away: that failure is none.
.Lpreserve:
        andi t0, s2, COPY_PRESERVE
        beqz t0, 3f
        mv t1, sp
        addi sp, sp, -64
        sd ra, 56(sp)
        ld t0, frame_source+stat_st_atime(t1)
        sd t0, 0(sp)
        ld t0, frame_source+stat_st_atime_nsec(t1)
        sd t0, 8(sp)
        ld t0, frame_source+stat_st_mtime(t1)
        sd t0, 16(sp)
        ld t0, frame_source+stat_st_mtime_nsec(t1)
        sd t0, 24(sp)
        lw a2, frame_source+stat_st_uid(t1)
        lw a3, frame_source+stat_st_gid(t1)
        li t0, S_IFMT
        and t0, s4, t0
        li t1, S_IFLNK
        li a4, AT_SYMLINK_NOFOLLOW      # a link itself was copied: its own owner and times
        beq t0, t1, 1f
        li a4, 0
1:      sd a4, 48(sp)
        li a0, AT_FDCWD
        mv a1, s1
        call fchownat
        ld a4, 48(sp)
        bnez a4, 2f                     # a link has no permissions of its own
        mv a0, s1
        li a1, PERMISSIONS
        and a1, a1, s4
        call chmod
2:      li a0, AT_FDCWD
        mv a1, s1
        mv a2, sp
        ld a3, 48(sp)
        call utimensat
        ld ra, 56(sp)
        addi sp, sp, 64
3:      ret

        .section .rodata
.Lsame:         .asciz "source and target are the same file"
.Lcopied:       .asciz "'%s' -> '%s'\n"
.Lomitting:     .asciz "not copied: a directory (-r is not given)"
.Linto_itself:  .asciz "cannot be copied into itself"
