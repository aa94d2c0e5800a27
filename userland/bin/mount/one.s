# Mounting one file system: the options become flags and data, each type is tried, and a failure is explained.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "mount-command.s"
        .equ MESSAGE_ROOM, 256

        .equ row_sets, 0                # a row of option_rows
        .equ row_clears, 4
        .equ row_special, 8
        .equ row_text, 12
        .equ NAME_ROOM, 16
        .equ SIZEOF_row, row_text + NAME_ROOM
        .equ ASKED, 1
        .equ MAY_FAIL, 2
        .equ COMMENT_LENGTH, 8          # of "comment="

        .bss
        .balign 8
flags:          .zero 8                 # of mount(2)
asked:          .zero 8                 # 1: "ro" or "rw" was among the options
may_fail:       .zero 8                 # 1: nofail
data:           .zero SIZEOF_buffer     # options for the file system

        .text

# mount_one(source: a0, directory: a1, type: a2 or 0, options: a3) -> a0 = 0 or NOTHING_MOUNTED, after a message
# s0 source, s1 directory, s2 types, s3 result, s4 source as named, s5 directory as named
        .globl mount_one
mount_one:
        enter 6
        mv   s4, a0
        mv   s5, a1
        mv   s2, a2
        mv   a0, a3
        call read_options
        mv   a0, s5
        li   a1, REAL_ALL
        call realpath
        mv   s1, a0
        bgez a0, 1f
        mv   s1, s5                     # what is wrong with it the kernel says
1:      mv   s0, s4
        mv   a0, s4
        li   a1, '/'
        call strchr
        beqz a0, 2f                     # a word such as "tmpfs" is no path
        mv   a0, s4
        li   a1, REAL_ALL
        call realpath
        bltz a0, 2f
        mv   s0, a0
2:      mv   a0, s2
        call type_list
        mv   s2, a0
        ld   t0, fake
        li   s3, 0
        bnez t0, 4f
        mv   a0, s0
        mv   a1, s1
        mv   a2, s2
        call try_all
        mv   s3, a0
        li   t0, -EROFS                 # a disk that cannot be written: mounted so, unless "rw" was asked for
        beq  a0, t0, 3f
        li   t0, -EACCES
        bne  a0, t0, 4f
3:      ld   t0, asked
        bnez t0, 4f
        la   t0, flags
        ld   t1, 0(t0)
        ori  t1, t1, MS_RDONLY
        sd   t1, 0(t0)
        mv   a0, s0
        mv   a1, s1
        mv   a2, s2
        call try_all
        mv   s3, a0
        bnez a0, 4f
        mv   a0, s1
        la   a1, protected
        call complain
4:      bnez s3, 5f
        ld   t0, verbose
        beqz t0, 6f
        la   a0, said
        mv   a1, s0
        mv   a2, s1
        call printf
6:      li   a0, 0
        leave 6
5:      ld   t0, may_fail
        addi t1, s3, ENOENT
        seqz t1, t1
        and  t0, t0, t1
        bnez t0, 6b
        mv   a0, s3
        mv   a1, s0
        mv   a2, s5
        mv   a3, s2
        call explain
        li   a0, NOTHING_MOUNTED
        leave 6

# read_options(text: a0): flags, data and so on from "a,b=c,d"
# s0 the rest, s1 a word, s2 its length, s3 a row of option_rows
read_options:
        enter 4
        mv   s0, a0
        la   t0, flags
        sd   zero, 0(t0)
        la   t0, asked
        sd   zero, 0(t0)
        la   t0, may_fail
        sd   zero, 0(t0)
        la   a0, data
        call buffer_clear
1:      mv   s1, s0
        mv   a0, s0
        li   a1, ','
        call strchrnul
        sub  s2, a0, s1
        mv   s0, a0
        beqz s2, 5f
        la   s3, option_rows
2:      lbu  t0, row_text(s3)
        beqz t0, 4f
        addi a0, s3, row_text
        mv   a1, s1
        mv   a2, s2
        call strncmp
        bnez a0, 3f
        add  t0, s3, s2
        lbu  t0, row_text(t0)
        beqz t0, 6f
3:      addi s3, s3, SIZEOF_row
        j    2b
6:      la   t0, flags
        ld   t1, 0(t0)
        lwu  t2, row_clears(s3)
        not  t2, t2
        and  t1, t1, t2
        lwu  t2, row_sets(s3)
        or   t1, t1, t2
        sd   t1, 0(t0)
        lwu  t2, row_special(s3)
        la   t0, asked
        li   t1, ASKED
        beq  t2, t1, 7f
        la   t0, may_fail
        li   t1, MAY_FAIL
        bne  t2, t1, 5f
7:      li   t1, 1
        sd   t1, 0(t0)
        j    5f
4:      mv   a0, s1                     # "x-..." and "comment=..." are remarks for programs
        la   a1, remark
        li   a2, 2
        call strncmp
        beqz a0, 5f
        mv   a0, s1
        la   a1, comment
        li   a2, COMMENT_LENGTH
        call strncmp
        beqz a0, 5f
        ld   t0, data+buffer_length
        beqz t0, 9f
        la   a0, data
        li   a1, ','
        call buffer_put
9:      la   a0, data
        mv   a1, s1
        mv   a2, s2
        call buffer_append
5:      lbu  t0, 0(s0)
        addi s0, s0, 1
        bnez t0, 1b
        leave 4

# type_list(type: a0 or 0) -> a0 = the types to try, with commas between
type_list:
        ld   t0, flags
        li   t1, MS_REMOUNT | MS_BIND | MS_MOVE
        and  t0, t0, t1
        bnez t0, 2f
        beqz a0, devices_types
        enter 1
        mv   s0, a0
        la   a1, auto_word
        call strcmp
        mv   t0, a0
        mv   a0, s0
        beqz t0, 1f
        leave 1
1:      call devices_types
        leave 1
2:      bnez a0, 3f
        la   a0, none_word
3:      ret

# devices_types() -> a0 = the types in /proc/filesystems that are not "nodev", with commas between
# s0 rest of the file, the list's buffer at 0(sp)
devices_types:
        enter 3, SIZEOF_buffer
        sd   zero, buffer_data(sp)
        sd   zero, buffer_length(sp)
        sd   zero, buffer_capacity(sp)
        la   a0, filesystems
        call read_file
        bltz a0, 3f
        mv   s0, a0
1:      mv   s1, s0
        mv   a0, s0
        li   a1, '\n'
        call strchrnul
        mv   s0, a0
        lbu  t0, 0(a0)
        beqz t0, 3f
        addi s0, a0, 1
        lbu  t0, 0(s1)
        li   t1, '\t'
        bne  t0, t1, 1b
        sub  s2, a0, s1
        sb   t1, 0(a0)
        ld   t0, buffer_length(sp)
        beqz t0, 2f
        mv   a0, sp
        li   a1, ','
        call buffer_put
2:      mv   a0, sp
        addi a1, s1, 1
        addi a2, s2, -1
        call buffer_append
        j    1b
3:      mv   a0, sp
        call buffer_string
        leave 3, SIZEOF_buffer

# try_all(source: a0, directory: a1, types: a2) -> a0 = 0 or -errno: each type until one knows what is there
# s0 source, s1 directory, s2 rest of the types, s3 result, s4 one type
try_all:
        enter 5
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        li   s3, -ENODEV
1:      mv   s4, s2
        mv   a0, s2
        li   a1, ','
        call strchrnul
        mv   s2, a0
        sub  a1, a0, s4
        beqz a1, 2f
        mv   a0, s4
        call strndup
        mv   s4, a0
        la   a0, data
        call buffer_string
        mv   a4, a0
        mv   a0, s0
        mv   a1, s1
        mv   a2, s4
        ld   a3, flags
        call mount
        mv   s3, a0
        mv   a0, s4
        call free
        li   t0, -EINVAL
        beq  s3, t0, 2f
        li   t0, -ENODEV
        bne  s3, t0, 3f
2:      lbu  t0, 0(s2)
        addi s2, s2, 1
        bnez t0, 1b
3:      mv   a0, s3
        leave 5

# explain(-errno: a0, source: a1, directory: a2, types: a3): "mount: DIRECTORY: ..."
# s0 -errno, s1 source, s2 directory, s3 types, s4 the error's number
explain:
        enter 5, MESSAGE_ROOM + SIZEOF_stat
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
        mv   s3, a3
        neg  s4, a0
        mv   a0, s2
        addi a1, sp, MESSAGE_ROOM
        call stat
        la   a2, no_directory
        bnez a0, 3f
        la   a2, no_source
        li   t0, ENOENT
        beq  s4, t0, 3f
        ld   t0, flags
        andi t0, t0, MS_REMOUNT
        la   a2, bad_remount
        addi t1, s4, -EINVAL
        bnez t1, 1f
        bnez t0, 3f
1:      li   t0, ENODEV
        bne  s4, t0, 2f
        la   a2, bad_type
        mv   s1, s3
        j    3f
2:      li   t0, EROFS                  # to write was wished for
        bne  s4, t0, 6f
        ld   t0, flags
        andi t1, t0, MS_RDONLY
        bnez t1, 6f
        la   a2, wants_writing
        andi t0, t0, MS_REMOUNT
        beqz t0, 3f
        la   a2, no_writing
        j    3f
6:      la   t0, reasons                # pairs: error, text
4:      ld   t1, 0(t0)
        ld   a2, 8(t0)
        addi t0, t0, 16
        beqz t1, 5f
        bne  t1, s4, 4b
        j    3f
5:      mv   a0, s0
        call strerror
        mv   s1, a0
        la   a2, other
3:      mv   a0, sp
        li   a1, MESSAGE_ROOM
        mv   a3, s1
        call snprintf
        mv   a0, s2
        mv   a1, sp
        call complain
        leave 5, MESSAGE_ROOM + SIZEOF_stat

        .data
        .balign 8
reasons:        .dword EINVAL, wrong_type, EBUSY, busy, ENOTBLK, no_block_device, ENOTDIR, not_directory
                .dword EPERM, not_permitted, EACCES, only_reading, EROFS, only_reading, EUCLEAN, wrong_type, 0, other

        .section .rodata
# Options that mount knows: what they set and clear among the flags, what else they say, and their names.
.macro option_is name, sets=0, clears=0, special=0
        .word \sets, \clears, \special
9:      .asciz "\name"
        .skip NAME_ROOM - (. - 9b)
.endm
        .balign 4
option_rows:
        option_is "defaults"
        option_is "ro", MS_RDONLY, 0, ASKED
        option_is "rw", 0, MS_RDONLY, ASKED
        option_is "nosuid", MS_NOSUID
        option_is "suid", 0, MS_NOSUID
        option_is "nodev", MS_NODEV
        option_is "dev", 0, MS_NODEV
        option_is "noexec", MS_NOEXEC
        option_is "exec", 0, MS_NOEXEC
        option_is "sync", MS_SYNCHRONOUS
        option_is "async", 0, MS_SYNCHRONOUS
        option_is "dirsync", MS_DIRSYNC
        option_is "remount", MS_REMOUNT
        option_is "bind", MS_BIND
        option_is "rbind", MS_BIND | MS_REC
        option_is "move", MS_MOVE
        option_is "noatime", MS_NOATIME
        option_is "atime", 0, MS_NOATIME
        option_is "nodiratime", MS_NODIRATIME
        option_is "diratime", 0, MS_NODIRATIME
        option_is "relatime", MS_RELATIME
        option_is "norelatime", 0, MS_RELATIME
        option_is "strictatime", MS_STRICTATIME
        option_is "nostrictatime", 0, MS_STRICTATIME
        option_is "lazytime", MS_LAZYTIME
        option_is "nolazytime", 0, MS_LAZYTIME
        option_is "nosymfollow", MS_NOSYMFOLLOW
        option_is "symfollow", 0, MS_NOSYMFOLLOW
        option_is "mand", MS_MANDLOCK
        option_is "nomand", 0, MS_MANDLOCK
        option_is "silent", MS_SILENT
        option_is "loud", 0, MS_SILENT
        option_is "auto"
        option_is "noauto"
        option_is "nouser"
        option_is "user", MS_NOEXEC | MS_NOSUID | MS_NODEV
        option_is "users", MS_NOEXEC | MS_NOSUID | MS_NODEV
        option_is "owner", MS_NOSUID | MS_NODEV
        option_is "group", MS_NOSUID | MS_NODEV
        option_is "_netdev"
        option_is "nofail", 0, 0, MAY_FAIL
        option_is ""

filesystems:    .asciz "/proc/filesystems"
auto_word:      .asciz "auto"
none_word:      .asciz "none"
remark:         .asciz "x-"
comment:        .asciz "comment="
said:           .asciz "mount: %s mounted on %s.\n"
protected:      .asciz "WARNING: source write-protected, mounted read-only."
no_directory:   .asciz "mount point does not exist."
no_source:      .asciz "special device %s does not exist."
bad_remount:    .asciz "mount point not mounted or bad option."
bad_type:       .asciz "unknown filesystem type '%s'."
wrong_type:     .asciz "wrong fs type, bad option, bad superblock on %s, or other error."
busy:           .asciz "%s already mounted or mount point busy."
no_block_device: .asciz "%s is not a block device."
not_directory:  .asciz "mount point is not a directory."
not_permitted:  .asciz "permission denied."
wants_writing:  .asciz "%s is write-protected but explicit read-write mode requested."
no_writing:     .asciz "cannot remount %s read-write, is write-protected."
only_reading:   .asciz "cannot mount %s read-only."
other:          .asciz "mount(2) system call failed: %s."
