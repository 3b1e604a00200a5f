import Foundation
import HTTP
import Testing

@testable import GradientService

struct PageTests {
    private let service = GradientService()

    @Test func `every file of the folder is served, and no other`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/GradientService/Page")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Page.files.map(\.name).sorted() == names.sorted())
        for file in Page.files {
            let bytes = try Data(contentsOf: folder.appending(path: file.name))
            #expect(try service.answer("GET", "/page/" + file.name).body == Array(bytes))
        }
    }

    @Test func `the page is under 200 KB in all, as it is sent`() {
        #expect(Page.files.reduce(0) { $0 + ($1.packed ?? $1.bytes).count } < 200_000)
    }

    @Test(arguments: ["gzip", "br, GZIP;q=0.5", "deflate , x-gzip ; q=1", "gzip;q=nonsense"])
    func `who takes gzip is sent it`(codings: String) throws {
        let file = try #require(Page.file("docs.js"))
        let answer = try service.answer(
            "GET", "/page/docs.js", fields: ["Accept-Encoding": codings])
        #expect(answer.fields["Content-Encoding"] == "gzip")
        #expect(answer.fields["Vary"] == "Accept-Encoding")
        #expect(answer.body == Gzip.packed(file.bytes))
        #expect(answer.body.count < file.bytes.count)
    }

    @Test(arguments: ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "gzipped", "*;q=0"])
    func `who does not is sent the file as it is`(codings: String) throws {
        let answer = try service.answer(
            "GET", "/page/docs.js", fields: ["Accept-Encoding": codings])
        #expect(answer.fields["Content-Encoding"] == nil)
        #expect(answer.fields["Vary"] == "Accept-Encoding")
        #expect(answer.body == Page.file("docs.js")?.bytes)
    }

    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/page/docs.css", "text/css; charset=utf-8"),
        ("/page/docs.js", "text/javascript; charset=utf-8"), ("/docs", "text/html; charset=utf-8"),
    ])
    func `each file has its type`(path: String, type: String) throws {
        let response = try service.answer("GET", path)
        #expect(response.status == .ok)
        #expect(response.fields["Content-Type"] == type)
    }

    @Test(arguments: [
        "/page/nothing.js", "/page/..", "/page/index.html/", "/page/%2e%2e%2fPackage.swift",
        "/page/../Page/index.html", "/docs/nothing.js", "/docs/../openapi.yaml",
    ])
    func `another name is not found`(path: String) throws {
        #expect(try service.answer("GET", path).status == .notFound)
    }

    @Test func `who has the file is told so, and sent nothing`() throws {
        let whole = try service.answer("GET", "/page/docs.js")
        let tag = try #require(whole.fields["ETag"])
        #expect(tag.hasPrefix("W/"))
        for known in [tag, String(tag.dropFirst(2)), "\"other\", " + tag, "*"] {
            let answer = try service.answer(
                "GET", "/page/docs.js", fields: ["If-None-Match": known])
            #expect(answer.status == .notModified)
            #expect(answer.body.isEmpty)
            #expect(answer.fields["ETag"] == tag)
        }
        for other in ["\"other\"", "", "nonsense", "\""] {
            let answer = try service.answer(
                "GET", "/page/docs.js", fields: ["If-None-Match": other])
            #expect(answer.status == .ok)
            #expect(answer.body == whole.body)
        }
    }

    @Test func `files that differ have other tags`() {
        let different = Set(Page.files.map(\.bytes))
        #expect(Set(Page.files.map(\.entityTag)).count == different.count)
    }

    /// What a strict Content-Security-Policy forbids, and what leads to other hosts.
    @Test(arguments: Page.files.filter { $0.mediaType.hasPrefix("text/html") }.map(\.name))
    func `no script and no style stands in a document, and it asks no other host`(
        name: String
    ) throws {
        let text = String(decoding: try #require(Page.file(name)).bytes, as: UTF8.self)
        #expect(
            text.ranges(of: "<script").count == text.ranges(of: "<script src=\"/").count
                + text.ranges(of: "<script type=\"module\" src=\"/").count)
        for inline in ["<style", " style=", " onclick=", "javascript:", "=\"http", "=\"//"] {
            #expect(!text.contains(inline))
        }
    }
}
