# umount: takes file systems from where they are mounted.
#
# usage: umount [-flrv] SOURCE | DIRECTORY...     the newest mount of that directory, or else of that source
#        umount -R [-flrv] DIRECTORY...           with all that is mounted below it
#        umount -a [-flrv] [-t TYPES]             all, the newest first, but the root, /proc and what holds devices
#   -f  even where that may lose something    -l  at once for names, later for what is still in use
#   -r  read-only when it is busy    -v  says what it does
# exit status: 0; 1 for bad arguments; 32 when something was not unmounted
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"
        .equ FAILED, 32

        option_table table, usage_text, 1
        flag 'a', "all", all, 1
        flag 'f', "force", flags, MNT_FORCE
        flag 'l', "lazy", flags, MNT_DETACH
        flag 'r', "read-only", read_only, 1
        flag 'R', "recursive", recursive, 1
        flag 'v', "verbose", verbose, 1
        flag 'n', "no-mtab", nothing, 1
        flag 'd', "detach-loop", nothing, 1
        argument 't', "types", types
        option_end

        .data
        .balign 8
all:            .dword 0
flags:          .dword 0                # of umount2(2)
read_only:      .dword 0
recursive:      .dword 0
verbose:        .dword 0
nothing:        .dword 0                # accepted: there is neither an mtab nor are there loop devices
types:          .dword 0

        .bss
        .balign 8
mounted:        .zero SIZEOF_vector

        .text
# s0 next name, s1 exit status
        .globl main
main:
        enter 2
        la   a2, table
        call parse_options
        mv   s0, a0
        ld   t0, all
        seqz t1, a1
        xor  t0, t0, t1                 # names, or -a, not both
        bnez t0, 4f
        la   a0, proc_mounts
        la   a1, mounted
        call read_mounts
        bnez a0, 5f
        ld   t0, all
        bnez t0, 3f
        li   s1, 0
1:      ld   a0, 0(s0)
        beqz a0, 2f
        call by_name
        or   s1, s1, a0
        addi s0, s0, 8
        j    1b
2:      mv   a0, s1
        leave 2
3:      call unmount_all
        leave 2
4:      la   a0, usage_text
        li   a1, 1
        call usage
5:      mv   a1, a0
        la   a0, proc_mounts
        li   a2, 1
        call die

# unmount_all() -> a0 = status
# s0 index, s1 status, s2 entry
unmount_all:
        enter 3
        ld   s0, mounted+vector_count
        li   s1, 0
1:      beqz s0, 2f
        addi s0, s0, -1
        mv   a0, s0
        call entry_at
        mv   s2, a0
        ld   t0, mount_directory(s2)
        lbu  t0, 1(t0)
        beqz t0, 1b                     # the root
        la   a0, kept_types
        ld   a1, mount_type(s2)
        call has_word
        bnez a0, 1b
        ld   a0, mount_type(s2)
        ld   a1, types
        call type_wanted
        beqz a0, 1b
        mv   a0, s2
        call unmount
        or   s1, s1, a0
        j    1b
2:      mv   a0, s1
        leave 3

# entry_at(index: a0) -> a0 = entry of `mounted`
entry_at:
        ld   t0, mounted+vector_data
        slli a0, a0, 3
        add  a0, a0, t0
        ld   a0, 0(a0)
        ret

# by_name(name: a0) -> a0 = status
# s0 name, s1 its path from the root, s2 index, s3 entry, s4 by source
by_name:
        enter 5
        mv   s0, a0
        li   a1, REAL_ALL
        call realpath
        mv   s1, a0
        bgez a0, 1f
        mv   s1, s0
1:      li   s4, 0
2:      ld   s2, mounted+vector_count
3:      beqz s2, 5f
        addi s2, s2, -1
        mv   a0, s2
        call entry_at
        mv   s3, a0
        ld   a0, mount_directory(s3)
        beqz s4, 4f
        ld   a0, mount_source(s3)
        mv   a1, s0
        call strcmp
        beqz a0, 6f
        ld   a0, mount_source(s3)
4:      mv   a1, s1
        call strcmp
        bnez a0, 3b
6:      ld   t0, recursive
        mv   a0, s3
        bnez t0, 8f
        call unmount
        j    9f
8:      call unmount_below
9:      leave 5
5:      addi s4, s4, 1
        li   t0, 2
        bltu s4, t0, 2b
        la   a1, not_mounted
        bne  s0, s1, 7f                 # it exists
        mv   a0, s0
        li   a1, F_OK
        call access
        la   a1, not_mounted
        beqz a0, 7f
        la   a1, no_mount_point
7:      mv   a0, s0
        call complain
        li   a0, FAILED
        leave 5

# unmount_below(entry: a0) -> a0 = status: it and all whose directories are below its
# s0 its directory, s1 length, s2 index, s3 status, s4 an entry
unmount_below:
        enter 5
        ld   s0, mount_directory(a0)
        mv   a0, s0
        call strlen
        mv   s1, a0
        ld   s2, mounted+vector_count
        li   s3, 0
1:      beqz s2, 3f
        addi s2, s2, -1
        mv   a0, s2
        call entry_at
        mv   s4, a0
        ld   a0, mount_directory(s4)
        mv   a1, s0
        mv   a2, s1
        call strncmp
        bnez a0, 1b
        ld   t0, mount_directory(s4)
        add  t0, t0, s1
        lbu  t0, 0(t0)
        beqz t0, 2f
        li   t1, '/'
        bne  t0, t1, 1b
2:      mv   a0, s4
        call unmount
        or   s3, s3, a0
        j    1b
3:      mv   a0, s3
        leave 5

# unmount(entry: a0) -> a0 = 0, or FAILED after a message
# s0 entry, s1 -errno
unmount:
        enter 2
        mv   s0, a0
        ld   a0, mount_directory(s0)
        ld   a1, flags
        call umount2
        la   a1, done_line
        beqz a0, 1f
        mv   s1, a0
        ld   t0, read_only
        beqz t0, 2f
        li   t0, -EBUSY
        bne  s1, t0, 2f
        ld   a0, mount_source(s0)
        ld   a1, mount_directory(s0)
        ld   a2, mount_type(s0)
        li   a3, MS_REMOUNT | MS_RDONLY
        li   a4, 0
        call mount
        bnez a0, 2f
        la   a1, read_only_line
1:      ld   t0, verbose
        li   a0, 0
        beqz t0, 5f
        mv   a0, a1
        ld   a1, mount_directory(s0)
        ld   a2, mount_source(s0)
        call printf
        li   a0, 0
5:      leave 2
2:      la   t0, reasons
3:      ld   t1, 0(t0)
        ld   a1, 8(t0)
        addi t0, t0, 16
        beq  t1, s1, 4f
        bnez t1, 3b
        mv   a0, s1
        call strerror
        mv   a1, a0
4:      ld   a0, mount_directory(s0)
        call complain
        li   a0, FAILED
        leave 2

        .data
        .balign 8
reasons:        .dword -EBUSY, busy, -EINVAL, not_mounted, -EPERM, not_permitted, 0, 0

        .section .rodata
proc_mounts:    .asciz "/proc/self/mounts"
kept_types:     .asciz "proc,devfs,devtmpfs,devpts,sysfs"
busy:           .asciz "target is busy."
not_mounted:    .asciz "not mounted."
not_permitted:  .asciz "must be superuser to unmount."
no_mount_point: .asciz "no mount point specified."
done_line:      .asciz "umount: %s (%s) unmounted\n"
read_only_line: .asciz "umount: %s (%s) is busy: read-only now\n"
usage_text:     .asciz "umount [-flrRv] SOURCE | DIRECTORY... | umount -a [-flrv] [-t TYPES]"
