# stat: what is known about files, or about the file systems that they are in.
#
# usage: stat [-fLt] [-c FORMAT | --printf=FORMAT] FILE...
#   -L  what symbolic links name    -f  file systems    -t  in one line    -c  as FORMAT says, a line each
#   --printf  likewise without newlines of its own, with \n \t \\ and so on
# FORMAT has % directives, with flags and width as printf has them (%-10s). Of files:
#   %n name  %N name, and what a link names  %s size  %b blocks  %B bytes of one  %o best size of transfers
#   %a permissions, octal  %A as text  %f mode, hexadecimal  %F type  %i inode  %h names  %m where its file system is mounted
#   %d %D device, decimal and hexadecimal  %r %R that it stands for  %t %T major and minor of that, hexadecimal
#   %Hd %Ld %Hr %Lr major and minor, decimal  %u %U owner  %g %G group
#   %x %X last access, as a date and in seconds  %y %Y change of contents  %z %Z change of status  %w %W birth (unknown)
# Of file systems:
#   %n name  %i id  %l longest name  %t %T type  %s size of blocks  %S of their units  %b %f %a blocks, free, free for users
#   %c %d inodes, free
# exit status: 0; 1 when something could not be found out
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .include "option-table.s"

        option_table table, usage_text, 1
        flag 'L', "dereference", follow, 1
        flag 'f', "file-system", file_systems, 1
        flag 't', "terse", terse, 1
        argument 'c', "format", line_format
        argument 0, "printf", escaped_format
        option_end

        .data
        .balign 8
        .globl follow
follow:         .dword 0
file_systems:   .dword 0
terse:          .dword 0
line_format:    .dword 0
escaped_format: .dword 0

        .text
# s0 next name, s1 exit status, s2 directives, s3 format, s4 1: a line each
        .globl main
main:
        enter 5
        la   a2, table
        call parse_options
        mv   s0, a0
        beqz a1, 9f
        li   s1, 0
1:      ld   s5, 0(s0)
        beqz s5, 8f
        mv   a0, s5
        ld   t0, file_systems
        bnez t0, 2f
        call look_at_file
        la   s2, file_directives
        j    3f
2:      call look_at_file_system
        la   s2, file_system_directives
3:      addi s0, s0, 8
        beqz a0, 4f
        mv   a1, a0
        mv   a0, s5
        call warn
        li   s1, 1
        j    1b
4:      li   s4, 1
        ld   s3, line_format
        bnez s3, 5f
        li   s4, 0
        ld   s3, escaped_format
        bnez s3, 5f
        call own_format
        mv   s3, a0
5:      mv   a0, s3
        mv   a1, s2
        ld   a2, escaped_format
        call show
        beqz s4, 1b
        li   a0, '\n'
        call putchar
        j    1b
8:      mv   a0, s1
        leave 5
9:      la   a0, usage_text
        li   a1, 1
        call usage

# own_format() -> a0 = the format when none is given
own_format:
        ld   t0, file_systems
        ld   t1, terse
        beqz t0, 1f
        la   a0, file_system_terse
        bnez t1, 2f
        la   a0, file_system_format
        ret
1:      la   a0, terse_format
        bnez t1, 2f
        enter 0
        call is_device
        mv   t0, a0
        la   a0, device_format
        bnez t0, 3f
        la   a0, file_format
3:      leave 0
2:      ret

        .section .rodata
file_format:
        .ascii "  File: %q\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
        .ascii "Device: %Hd,%Ld\tInode: %-10i  Links: %h\n"
        .ascii "Access: (%04a/%10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n"
        .asciz "Access: %x\nModify: %y\nChange: %z\n Birth: %w\n"
device_format:
        .ascii "  File: %q\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
        .ascii "Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n"
        .ascii "Access: (%04a/%10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n"
        .asciz "Access: %x\nModify: %y\nChange: %z\n Birth: %w\n"
terse_format:
        .asciz "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n"
file_system_format:
        .ascii "  File: \"%n\"\n    ID: %-8i Namelen: %-7l Type: %T\n"
        .ascii "Block size: %-10s Fundamental block size: %S\n"
        .asciz "Blocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n"
file_system_terse:
        .asciz "%n %i %l %t %s %S %b %f %a %c %d\n"
usage_text:     .asciz "stat [-fLt] [-c FORMAT | --printf=FORMAT] FILE..."
