import Testing

@testable import GradientService

struct MediaTypeTests {
    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=UTF-8", #"application/json; charset="utf-8""#,
        "application/json;\tcharset=utf-8", " application/json ", "application/json;",
        "application/json; profile=x", "application/json; profile=x; charset=utf-8",
    ])
    func `JSON is known in every spelling`(text: String) {
        #expect(MediaType(text)?.isJSON == true)
    }

    @Test(arguments: [
        "text/plain", "text/json", "application/jsonp", "application/json5",
        "application/problem+json", "application/x-www-form-urlencoded", "multipart/form-data",
        "application/json, text/plain", "application/*", "*/*", "json", "", ";",
        "text/plain; x=application/json",
    ])
    func `other types are not JSON`(text: String) {
        #expect(MediaType(text)?.isJSON != true)
    }

    @Test(arguments: ["utf-16", "iso-8859-1", "utf-8x", ""])
    func `JSON in another charset than UTF-8 is not read`(charset: String) {
        #expect(MediaType("application/json; charset=\(charset)")?.isJSON == false)
    }
}
