# What the parts of sort share: a sort key and the flags of comparing.
.equ NUMERIC, 1
.equ REVERSE, 2
.equ FOLD, 4                            # regardless of case
.equ SKIP_BLANKS, 8

.equ key_first, 0                       # number of the first field, from 1
.equ key_last, 8                        # and of the last; 0: to the end of the line
.equ key_flags, 16
.equ SIZEOF_key, 24
