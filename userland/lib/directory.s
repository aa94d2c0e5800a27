# Reading directories: opendir, readdir, closedir over getdents64, and list_directory for all names at once.
        .include "abi.s"
        .equ BLOCK, 4096

        .equ dir_fd, 0
        .equ dir_position, 8            # address of the next entry
        .equ dir_end, 16                # address behind the last one
        .equ dir_block, 24
        .equ SIZEOF_dir, dir_block + BLOCK

        .text

# opendir(path: a0) -> a0 = directory, or -errno
        .globl opendir
opendir:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        li a1, O_RDONLY | O_DIRECTORY | O_CLOEXEC
        li a2, 0
        call open
        mv s0, a0
        bltz a0, 1f
        li a0, SIZEOF_dir
        call xmalloc
        sd s0, dir_fd(a0)
        addi t0, a0, dir_block
        sd t0, dir_position(a0)
        sd t0, dir_end(a0)
1:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# readdir(directory: a0) -> a0 = address of the next struct dirent64, until the next call; 0 at the end; -errno
        .globl readdir
readdir:
        ld t0, dir_position(a0)
        ld t1, dir_end(a0)
        bltu t0, t1, 1f
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        addi a1, a0, dir_block
        ld a0, dir_fd(a0)
        li a2, BLOCK
        call getdents64
        mv t2, a0
        mv a0, s0
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        blez t2, 2f
        addi t0, a0, dir_block
        add t1, t0, t2
        sd t1, dir_end(a0)
1:      lhu t1, dirent64_d_reclen(t0)
        add t1, t1, t0
        sd t1, dir_position(a0)
        mv a0, t0
        ret
2:      mv a0, t2
        ret

# closedir(directory: a0) -> a0 = 0 or -errno
        .globl closedir
closedir:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        ld a0, dir_fd(a0)
        call close
        mv t0, a0
        ld a0, 0(sp)
        sd t0, 0(sp)
        call free
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# list_directory(path: a0, vector: a1) -> a0 = 0 or -errno. Appends copies of all names except . and .., in the order in
# which the directory has them.
        .globl list_directory
list_directory:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # directory
        sd s1, 8(sp)                    # vector
        mv s1, a1
        call opendir
        bltz a0, 3f
        mv s0, a0
1:      mv a0, s0
        call readdir
        blez a0, 2f
        addi a0, a0, dirent64_d_name
        lbu t0, 0(a0)                   # skip "." and ".."
        li t1, '.'
        bne t0, t1, 4f
        lbu t0, 1(a0)
        beqz t0, 1b
        bne t0, t1, 4f
        lbu t0, 2(a0)
        beqz t0, 1b
4:      call xstrdup
        mv a1, a0
        mv a0, s1
        call vector_push
        j 1b
2:      mv s1, a0
        mv a0, s0
        call closedir
        mv a0, s1
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret
