# Reads a table by URL and prints its rows, the sum of `counted` and the sum of a column of converted values.
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1], encoding = "UTF-8")
total <- function(column) sprintf("%.4f", sum(as.numeric(table[[column]]), na.rm = TRUE))
cat(nrow(table), total("counted"), total(arguments[2]), "\n")
