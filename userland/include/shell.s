# The shell's own structures and numbers, shared by the files of userland/bin/sh.

.include "abi.s"
.include "library.s"
.include "frame.s"

# --- A growing string (builder.s). Lives in the arena: nothing to free.
.equ builder_data, 0
.equ builder_length, 8
.equ builder_capacity, 16
.equ SIZEOF_builder, 24

# --- The source of commands: where characters come from, and the token just read (input.s, lexer.s).
# One block, so that reading something else in between (`eval`, `.`, `$(...)`) is: save it, set up anew, put it back.
.equ source_fd, 0                  # descriptor that lines come from, or -1: only the text at hand
.equ source_buffer, 8              # block of memory that lines are read into
.equ source_position, 16           # next character
.equ source_end, 24                # after the last one
.equ source_line, 32               # number of the current line, from 1
.equ source_flags, 40              # SOURCE_*
.equ source_log, 48                # a builder: all characters of the command so far, for messages and `jobs`
.equ source_token, 72              # TOKEN_* or the operator's
.equ source_text, 80               # text of a word, quotes still in it; or the operator's text
.equ source_token_start, 88        # where in the log the token starts ...
.equ source_token_end, 96          # ... and where the last consumed one ended
.equ source_heredocs, 104          # redirections whose here-document has not been read yet, a list
.equ SIZEOF_source, 112
.equ SIZEOF_saved_source, SIZEOF_source + cleanup_data
.equ SOURCE_TERMINAL, 1            # prompt for each line
.equ SOURCE_ENDED, 2               # no more lines
.equ SOURCE_CONTINUED, 4           # within a command: the prompt is PS2
.equ SOURCE_BYTES, 8               # take no byte beyond the line: the commands' own input follows in the same stream
.equ SOURCE_CHUNK, 4096            # bytes of source_buffer; a longer line comes in pieces
.equ EDIT_BYTES, SOURCE_CHUNK - 1  # the longest line that can be typed, with its newline

# --- Tokens.
.equ TOKEN_END, 0
.equ TOKEN_NEWLINE, 1
.equ TOKEN_WORD, 2
.equ TOKEN_NUMBER, 3               # digits just before < or >: the descriptor to redirect
.equ TOKEN_AND, 4                  # &&
.equ TOKEN_OR, 5                   # ||
.equ TOKEN_BREAK, 6                # ;;
.equ TOKEN_SEMICOLON, 7
.equ TOKEN_BACKGROUND, 8           # &
.equ TOKEN_PIPE, 9
.equ TOKEN_OPEN, 10                # (
.equ TOKEN_CLOSE, 11               # )
.equ TOKEN_FIRST_REDIRECTION, 12
.equ TOKEN_READ, 12                # <
.equ TOKEN_WRITE, 13               # >
.equ TOKEN_APPEND, 14              # >>
.equ TOKEN_HEREDOC, 15             # <<
.equ TOKEN_HEREDOC_TABS, 16        # <<-
.equ TOKEN_DUP_READ, 17            # <&
.equ TOKEN_DUP_WRITE, 18           # >&
.equ TOKEN_READ_WRITE, 19          # <>
.equ TOKEN_CLOBBER, 20             # >|

# --- The tree of a command (parser.s builds it, execute.s walks it). Every node begins with its kind.
.equ node_kind, 0
.equ node_first, 8
.equ node_second, 16
.equ node_third, 24
.equ node_line, 32
.equ SIZEOF_node, 40
#                                    first                second              third
.equ NODE_SIMPLE, 0                # assignments          words               redirections
.equ NODE_PIPELINE, 1              # list of commands     text                1 when it begins with !
.equ NODE_AND, 2                   # left                 right
.equ NODE_OR, 3                    # left                 right
.equ NODE_SEQUENCE, 4              # list of commands
.equ NODE_BACKGROUND, 5            # command              text
.equ NODE_SUBSHELL, 6              # command
.equ NODE_GROUP, 7                 # command
.equ NODE_IF, 8                    # condition            then                else
.equ NODE_WHILE, 9                 # condition            body
.equ NODE_UNTIL, 10                # condition            body
.equ NODE_FOR, 11                  # name                 words or 0: "$@"    body
.equ NODE_CASE, 12                 # word                 list of arms
.equ NODE_FUNCTION, 13             # name                 body
.equ NODE_REDIRECTED, 14           # command              redirections

# A list is made of cells, in the order of the source.
.equ cell_next, 0
.equ cell_item, 8
.equ SIZEOF_cell, 16

# A redirection.
.equ redirection_next, 0
.equ redirection_kind, 8           # TOKEN_READ and following
.equ redirection_fd, 16            # the descriptor that changes
.equ redirection_word, 24          # the file's name, unexpanded; a here-document: its end marker, then its text
.equ redirection_quoted, 32        # here-document whose marker was quoted: nothing in it is expanded
.equ redirection_waiting, 40       # next in source_heredocs
.equ SIZEOF_redirection, 48

# One arm of `case`.
.equ arm_patterns, 0               # list of words
.equ arm_body, 8                   # node or 0

# --- A variable (variables.s).
.equ variable_next, 0
.equ variable_name, 8
.equ variable_value, 16            # or 0: it has attributes, but is not set
.equ variable_flags, 24
.equ SIZEOF_variable, 32
.equ VARIABLE_EXPORTED, 1
.equ VARIABLE_READONLY, 2

# --- A job and its processes (jobs.s).
.equ job_next, 0
.equ job_number, 8                 # as in %1
.equ job_group, 16                 # process group, or 0 without job control
.equ job_text, 24                  # the command, to be shown
.equ job_state, 32                 # JOB_*
.equ job_flags, 40                 # JOB_FLAG_*
.equ job_count, 48                 # number of processes
.equ job_processes, 56             # they follow: pid, wait status or PROCESS_RUNNING
.equ process_pid, 0
.equ process_status, 8
.equ SIZEOF_process, 16
.equ PROCESS_RUNNING, -1
.equ JOB_RUNNING, 0
.equ JOB_STOPPED, 1
.equ JOB_DONE, 2
.equ JOB_FLAG_NOTED, 1             # the user has been told of its state
.equ JOB_FLAG_BACKGROUND, 2

# --- How execute() is asked to run a command.
.equ RUN_LAST, 1                   # this process has nothing to do afterwards: it may become the command
.equ RUN_TESTED, 2                 # the status is looked at (if, while, &&, ||, !): `set -e` does not apply

# --- What execute() is on its way out of: kept in `unwinding`, counted in `unwind_levels`.
.equ UNWIND_NONE, 0
.equ UNWIND_BREAK, 1
.equ UNWIND_CONTINUE, 2
.equ UNWIND_RETURN, 3

# --- Something to put back should the command be abandoned (cleanup.s).
.equ cleanup_next, 0
.equ cleanup_function, 8           # called with the address of this block
.equ cleanup_data, 16

# --- Exit statuses that a shell gives by itself.
.equ STATUS_USAGE, 2               # syntax error, wrong use of a built-in command
.equ STATUS_CANNOT_RUN, 126
.equ STATUS_NOT_FOUND, 127
.equ STATUS_SIGNAL, 128            # plus the signal's number

.equ FIRST_PRIVATE_FD, 10          # descriptors from here on are the shell's own

# --- What expansion knows of each character that it puts out: units of two bytes, the character and its mark.
.equ MARK_LITERAL, 0x000           # as it stood in the command: * ? [ are patterns
.equ MARK_QUOTED, 0x100            # was quoted: means itself
.equ MARK_SPLIT, 0x200             # came out of a substitution: blanks in it end a field, * ? [ are patterns
.equ MARK_BREAK, 0x300             # no character: a field ends here ("$@")
.equ MARK_EMPTY, 0x400             # no character: a quoted nothing, which makes a field though it is empty

# --- How expand_text() is to read its text.
.equ EXPAND_QUOTED, 1              # inside double quotes
.equ EXPAND_HEREDOC, 2             # the quotes themselves are ordinary characters
.equ EXPAND_SPLIT, 4               # unquoted characters are MARK_SPLIT: the word in ${x:-word}
.equ EXPAND_COLON_TILDE, 8         # a ~ after : is a home too, as in PATH=~/bin:~/tools
.equ EXPAND_NESTED, 16             # a word within ${ } within double quotes: further double quotes change nothing

# --- A built-in command (builtins.s): called as function(argc, argv), gives its status.
.equ builtin_name, 0
.equ builtin_function, 8
.equ builtin_flags, 16
.equ builtin_synopsis, 24          # what follows the name in `help`
.equ SIZEOF_builtin, 32
.equ BUILTIN_SPECIAL, 1            # POSIX: comes before functions, its assignments stay, its errors end a script
.equ BUILTIN_DECLARES, 2           # arguments that look like assignments are expanded as such: export X=$y

# --- Variables to put back (temporary.s): a cleanup whose data is a list.
.equ SIZEOF_temporary, cleanup_data + 8

# --- Redirections to put back (redirect.s): a cleanup whose data is a list.
.equ SIZEOF_redirected, cleanup_data + 8
