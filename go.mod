module github.com/trapline/trapline

go 1.26
