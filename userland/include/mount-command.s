# Between the files of mount: exit statuses.
.equ BAD_USAGE, 1
.equ NOTHING_MOUNTED, 32
.equ SOME_MOUNTED, 64
