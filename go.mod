module librouteros

go 1.26
