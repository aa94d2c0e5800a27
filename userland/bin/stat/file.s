# What the directives say of a file.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "stat-directives.s"
        .equ DATE_ROOM, 64

# type_in_t0: t0 = the file's type, S_IF...
.macro type_in_t0
        lw   t0, status+stat_st_mode
        li   t1, S_IFMT
        and  t0, t0, t1
.endm

        .bss
        .balign 8
name:           .zero 8
status:         .zero SIZEOF_stat
mounted:        .zero SIZEOF_vector
date:           .zero SIZEOF_tm
day:            .zero DATE_ROOM
text:           .zero DATE_ROOM
quoted:         .zero SIZEOF_buffer
target:         .zero PATH_MAX

        .text

# look_at_file(path: a0) -> a0 = 0 or -errno: what the directives are about from now on; "-" is standard input
        .globl look_at_file
look_at_file:
        enter 1
        mv   s0, a0
        la   t0, name
        sd   a0, 0(t0)
        la   a1, dash
        call strcmp
        la   a1, status
        bnez a0, 1f
        li   a0, STDIN_FILENO
        call fstat
        leave 1
1:      mv   a0, s0
        ld   t0, follow
        beqz t0, 2f
        call stat
        leave 1
2:      call lstat
        leave 1

# is_device() -> a0 = 1 or 0
        .globl is_device
is_device:
        type_in_t0
        li   a0, 1
        li   t1, S_IFCHR
        beq  t0, t1, 1f
        li   t1, S_IFBLK
        beq  t0, t1, 1f
        li   a0, 0
1:      ret

# -- directives: () -> a0

name_of:
        ld   a0, name
        ret

# quoted_name() -> a0 = "'name'", and " -> 'target'" for a link
quoted_name:
        enter 0
        la   a0, quoted
        call buffer_clear
        ld   a0, name
        li   a1, 1
        call quote
        li   a0, 1
        call quote_target
        leave 0

# plain_name() -> a0 = the same without quotes
plain_name:
        enter 0
        la   a0, quoted
        call buffer_clear
        ld   a0, name
        li   a1, 0
        call quote
        li   a0, 0
        call quote_target
        leave 0

# quote_target(quotes: a0) -> a0 = the text with a link's target behind it
quote_target:
        enter 1
        mv   s0, a0
        type_in_t0
        li   t1, S_IFLNK
        bne  t0, t1, 1f
        ld   a0, name
        la   a1, target
        li   a2, PATH_MAX - 1
        call readlink
        bltz a0, 1f
        la   t0, target
        add  t0, t0, a0
        sb   zero, 0(t0)
        la   a0, quoted
        la   a1, arrow
        call buffer_append_string
        la   a0, target
        mv   a1, s0
        call quote
1:      la   a0, quoted
        call buffer_string
        leave 1

# quote(text: a0, quotes: a1, 0: none): appends it; an apostrophe is '\'' , or has quotation marks around the whole
# s0 text, s1 the mark
quote:
        enter 3
        mv   s0, a0
        bnez a1, 1f
        mv   a1, a0
        la   a0, quoted
        call buffer_append_string
        leave 3
1:      li   s1, '\''
        mv   a0, s0
        li   a1, '\''
        call strchr
        beqz a0, 2f
        mv   a0, s0
        la   a1, expanded
        call strpbrk
        bnez a0, 2f
        li   s1, '"'
2:      la   a0, quoted
        mv   a1, s1
        call buffer_put
3:      lbu  a1, 0(s0)
        beqz a1, 5f
        addi s0, s0, 1
        li   t0, '\''
        bne  a1, t0, 4f
        bne  s1, t0, 4f
        la   a0, quoted
        la   a1, apostrophe
        call buffer_append_string
        j    3b
4:      la   a0, quoted
        call buffer_put
        j    3b
5:      la   a0, quoted
        mv   a1, s1
        call buffer_put
        leave 3

permissions:
        lwu  a0, status+stat_st_mode
        li   t0, 07777
        and  a0, a0, t0
        ret

permission_text:
        enter 0
        lw   a0, status+stat_st_mode
        la   a1, text
        call mode_string
        leave 0

sector:
        li   a0, 512
        ret

# type_text() -> a0 = "regular file"
type_text:
        type_in_t0
        srli t1, t0, 12
        slli t1, t1, 3
        la   t2, types
        add  t1, t1, t2
        ld   a0, 0(t1)
        li   t1, S_IFREG
        bne  t0, t1, 1f
        ld   t0, status+stat_st_size
        bnez t0, 1f
        la   a0, empty_file
1:      ret

# mount_point() -> a0 = where the file's file system is
mount_point:
        enter 1
        ld   t0, mounted+vector_count
        bnez t0, 1f
        la   a0, proc_mounts
        la   a1, mounted
        call read_mounts
1:      ld   a0, name
        li   a1, REAL_ALL
        call realpath
        bltz a0, 2f
        mv   s0, a0
        la   a1, mounted
        call mount_of
        beqz a0, 2f
        ld   a0, mount_directory(a0)
        leave 1
2:      la   a0, question
        leave 1

device_major:
        ld   a0, status+stat_st_dev
        j    major
device_minor:
        ld   a0, status+stat_st_dev
        j    minor
special_major:
        ld   a0, status+stat_st_rdev
        j    major
special_minor:
        ld   a0, status+stat_st_rdev
        j    minor

owner_name:
        enter 0
        lwu  a0, status+stat_st_uid
        call user_name
        j    1f
owner_group:
        enter 0
        lwu  a0, status+stat_st_gid
        call group_name
1:      bnez a0, 2f
        la   a0, unknown
2:      leave 0

access_date:
        la   a0, status+stat_st_atime
        j    date_of
change_date:
        la   a0, status+stat_st_mtime
        j    date_of
status_date:
        la   a0, status+stat_st_ctime
        # fall through

# date_of(struct timespec: a0) -> a0 = "2026-01-01 00:00:00.000000000 +0000"
date_of:
        enter 1
        mv   s0, a0
        ld   a0, timespec_tv_sec(s0)
        la   a1, date
        call gmtime
        la   a0, day
        li   a1, DATE_ROOM
        la   a2, date_format
        la   a3, date
        call strftime
        la   a0, text
        la   a1, with_nanoseconds
        la   a2, day
        ld   a3, timespec_tv_nsec(s0)
        call sprintf
        la   a0, text
        leave 1

birth_date:
        la   a0, dash
        ret
birth_seconds:
        li   a0, 0
        ret

        .data
        .balign 8
        .globl file_directives
file_directives:
        directive 'n', AS_TEXT, name_of
        directive 'N', AS_TEXT, quoted_name
        directive 'q', AS_TEXT, plain_name
        directive 's', AS_NUMBER | FIELD, status+stat_st_size
        directive 'b', AS_NUMBER | FIELD, status+stat_st_blocks
        directive 'B', AS_NUMBER, sector
        directive 'o', AS_NUMBER | HALF_FIELD, status+stat_st_blksize
        directive 'a', AS_OCTAL, permissions
        directive 'A', AS_TEXT, permission_text
        directive 'f', AS_HEXADECIMAL | HALF_FIELD, status+stat_st_mode
        directive 'F', AS_TEXT, type_text
        directive 'i', AS_NUMBER | FIELD, status+stat_st_ino
        directive 'h', AS_NUMBER | HALF_FIELD, status+stat_st_nlink
        directive 'm', AS_TEXT, mount_point
        directive 'd', AS_NUMBER | FIELD, status+stat_st_dev
        directive 'D', AS_HEXADECIMAL | FIELD, status+stat_st_dev
        directive 'r', AS_NUMBER | FIELD, status+stat_st_rdev
        directive 'R', AS_HEXADECIMAL | FIELD, status+stat_st_rdev
        directive 't', AS_HEXADECIMAL, special_major
        directive 'T', AS_HEXADECIMAL, special_minor
        directive HIGH | 'd', AS_NUMBER, device_major
        directive LOW | 'd', AS_NUMBER, device_minor
        directive HIGH | 'r', AS_NUMBER, special_major
        directive LOW | 'r', AS_NUMBER, special_minor
        directive 'u', AS_NUMBER | HALF_FIELD, status+stat_st_uid
        directive 'U', AS_TEXT, owner_name
        directive 'g', AS_NUMBER | HALF_FIELD, status+stat_st_gid
        directive 'G', AS_TEXT, owner_group
        directive 'x', AS_TEXT, access_date
        directive 'X', AS_NUMBER | FIELD, status+stat_st_atime
        directive 'y', AS_TEXT, change_date
        directive 'Y', AS_NUMBER | FIELD, status+stat_st_mtime
        directive 'z', AS_TEXT, status_date
        directive 'Z', AS_NUMBER | FIELD, status+stat_st_ctime
        directive 'w', AS_TEXT, birth_date
        directive 'W', AS_NUMBER, birth_seconds
        directive 0, 0, 0
types:  .dword weird, fifo, character_special, weird, directory, weird, block_special, weird, regular_file, weird
        .dword symbolic_link, weird, socket, weird, weird, weird

        .section .rodata
weird:          .asciz "weird file"
fifo:           .asciz "fifo"
character_special: .asciz "character special file"
directory:      .asciz "directory"
block_special:  .asciz "block special file"
regular_file:   .asciz "regular file"
empty_file:     .asciz "regular empty file"
symbolic_link:  .asciz "symbolic link"
socket:         .asciz "socket"
dash:           .asciz "-"
question:       .asciz "?"
unknown:        .asciz "UNKNOWN"
arrow:          .asciz " -> "
apostrophe:     .asciz "'\\''"
expanded:       .asciz "\"\\$`!"
proc_mounts:    .asciz "/proc/self/mounts"
date_format:    .asciz "%Y-%m-%d %H:%M:%S"
with_nanoseconds: .asciz "%s.%09ld +0000"
