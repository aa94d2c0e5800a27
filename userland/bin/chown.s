# chown: gives files to another user, another group.
#
# usage: chown [-cfhRv] [-H|-L|-P] [USER][:[GROUP]] FILE...      chown [-cfhRv] --reference=FILE FILE...
#   USER, GROUP  names of /etc/passwd and /etc/group, or numbers; "USER:" is the group that he logs in with
#   -R  directories with all that is below them; -H enters links that are named, -L all, -P none (the default)
#   -h  symbolic links themselves    -v  says what it does    -c  says what it changes    -f  no messages
# exit status: 0; 1 when an owner could not be changed
        .text
        .globl main
main:
        la   a2, usage_text
        la   a3, parse_owner
        tail change_owner

        .section .rodata
usage_text:     .asciz "chown [-cfhRv] [-H|-L|-P] [USER][:[GROUP]] | --reference=FILE FILE..."
