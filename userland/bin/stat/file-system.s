# What the directives say of a file system: stat -f.
        .include "abi.s"
        .include "frame.s"
        .include "stat-directives.s"

        .bss
        .balign 8
name:           .zero 8
status:         .zero SIZEOF_statfs
text:           .zero 32

        .text

# look_at_file_system(path: a0) -> a0 = 0 or -errno: what the directives are about from now on
        .globl look_at_file_system
look_at_file_system:
        la   t0, name
        sd   a0, 0(t0)
        la   a1, status
        j    statfs

name_of:
        ld   a0, name
        ret

# id() -> a0 = its two halves, the first one above
id:
        lwu  a0, status+statfs_f_fsid
        slli a0, a0, 32
        lwu  t0, status+statfs_f_fsid+4
        or   a0, a0, t0
        ret

# type_name() -> a0 = "tmpfs"
type_name:
        ld   a2, status+statfs_f_type
        la   t1, types                  # pairs: number, address of the name
1:      ld   t2, 0(t1)
        ld   a0, 8(t1)
        addi t1, t1, 16
        beqz t2, 2f
        bne  t2, a2, 1b
        ret
2:      enter 0
        la   a0, text
        la   a1, unknown
        call sprintf
        la   a0, text
        leave 0

        .data
        .balign 8
        .globl file_system_directives
file_system_directives:
        directive 'n', AS_TEXT, name_of
        directive 'i', AS_HEXADECIMAL, id
        directive 'l', AS_NUMBER | FIELD, status+statfs_f_namelen
        directive 't', AS_HEXADECIMAL | FIELD, status+statfs_f_type
        directive 'T', AS_TEXT, type_name
        directive 's', AS_NUMBER | FIELD, status+statfs_f_bsize
        directive 'S', AS_NUMBER | FIELD, status+statfs_f_frsize
        directive 'b', AS_NUMBER | FIELD, status+statfs_f_blocks
        directive 'f', AS_NUMBER | FIELD, status+statfs_f_bfree
        directive 'a', AS_NUMBER | FIELD, status+statfs_f_bavail
        directive 'c', AS_NUMBER | FIELD, status+statfs_f_files
        directive 'd', AS_NUMBER | FIELD, status+statfs_f_ffree
        directive 0, 0, 0
types:  .dword 0xef53, ext2_name, 0x01021994, tmpfs_name, 0x9fa0, proc_name, 0x1373, devfs_name, 0x62656572, sysfs_name
        .dword 0x50495045, pipefs_name, 0x01021997, v9fs_name, 0x794c7630, overlayfs_name, 0, 0

        .section .rodata                # the names that GNU's stat has for the numbers
ext2_name:      .asciz "ext2/ext3"
tmpfs_name:     .asciz "tmpfs"
proc_name:      .asciz "proc"
devfs_name:     .asciz "devfs"
sysfs_name:     .asciz "sysfs"
pipefs_name:    .asciz "pipefs"
v9fs_name:      .asciz "v9fs"
overlayfs_name: .asciz "overlayfs"
unknown:        .asciz "UNKNOWN (0x%lx)"
