# Rscript backward.R, with the packages curl and jsonlite (Debian: r-cran-curl, r-cran-jsonlite).
# Arrays travel as base64: jsonlite prints 15 digits, and a double has up to 17.
url <- Sys.getenv("GRADIENTD_URL", "http://127.0.0.1:8080")

as_array <- function(m) {
  bytes <- writeBin(as.vector(t(m)), raw(), endian = "little")  # row by row
  base64 <- gsub("\n", "", jsonlite::base64_enc(bytes))  # which breaks lines
  list(shape = dim(m), dtype = "float64", base64 = base64)
}

as_matrix <- function(array) {
  bytes <- jsonlite::base64_dec(array$base64)
  numbers <- readBin(bytes, "double", prod(array$shape), endian = "little")
  matrix(numbers, nrow = array$shape[1], byrow = TRUE)
}

call_service <- function(name, request) {
  handle <- curl::new_handle(postfields = jsonlite::toJSON(request, auto_unbox = TRUE))
  curl::handle_setheaders(handle, "Content-Type" = "application/json")
  response <- curl::curl_fetch_memory(paste0(url, "/", name), handle)
  answer <- jsonlite::fromJSON(rawToChar(response$content), simplifyDataFrame = FALSE)
  if (response$status_code != 200) stop(answer$detail)  # It names the field that is wrong.
  answer
}

answer <- call_service("backward", list(
  network = list(layers = list(
    list(W = as_array(rbind(c(0.1, 0.2), c(0.3, -0.1), c(0.0, 0.4))), b = c(0, 0, 0),
         activation = "relu"),
    list(W = as_array(rbind(c(0.5, -0.3, 0.2))), b = I(0), activation = "sigmoid"))),
  batch = list(X = as_array(rbind(1:5 + 0, 5:1 + 0)), Y = as_array(rbind(c(0, 1, 0, 1, 1)))),
  loss = "binary_crossentropy", encoding = "base64"))

cat(answer$meaning$dW$formula, "\n")
for (l in seq_along(answer$layers)) {
  cat(paste0("dW", l, "\n"))
  print(as_matrix(answer$layers[[l]]$dW), digits = 15)
}
