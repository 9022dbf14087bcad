import Fleet
import RoostProto
import SwiftProtobuf
import Testing

@testable import RoostCommands

@Suite("The fleet's authorities as a person reads them")
struct AuthoritiesViewTests {
  private func view(
    _ states: [String], hosts: [String] = [], users: [String] = []
  ) throws -> AuthoritiesView {
    try AuthoritiesView(
      .with {
        $0.authorities = states.map { state in
          .with {
            $0.state = state
            $0.fingerprint = "ab12"
          }
        }
        $0.hostsLeft = hosts
        $0.usersLeft = users
      })
  }

  private func text(_ view: AuthoritiesView) -> String {
    view.detail.lines.map { "\($0)" }.joined(separator: "\n")
  }

  @Test("while one follows another, who has not moved is named, and what to type next")
  func rotating() throws {
    let waiting = try view(["present", "successor"], hosts: ["h1", "h2"], users: ["ada"])
    for word in ["h1, h2", "ada", "once every host has moved", "--finish", "roost user renew NAME --out DIR"] {
      #expect(text(waiting).contains(word), "\(word)")
    }
    #expect(waiting.begun.contains("hosts move by themselves"))
    let done = try view(["present", "successor"])
    #expect(!text(done).contains("once every host") && !text(done).contains("user renew"))
    #expect(done.begun.contains("no host has to move"))
  }

  @Test("at the end those are named who have to do something, and nobody else")
  func finished() throws {
    let sentence = try view(["present"], hosts: ["h3"], users: ["ada", "bob"]).finished
    #expect(sentence.contains("must join again: h3") && sentence.contains("need new certificates: ada, bob"))
    let quiet = try view(["present"])
    #expect(!quiet.finished.contains("must join") && !quiet.finished.contains("papers"))
    #expect(!text(quiet).contains("not moved yet"))
  }

  @Test("an answer with no authority, or with three, is no answer")
  func nonsense() {
    for count in [0, 3] {
      #expect(throws: FleetError.self) { try view(Array(repeating: "present", count: count)) }
    }
  }
}
