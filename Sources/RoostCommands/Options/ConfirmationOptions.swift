internal import ArgumentParser
internal import Fleet

/// Whether a person is asked first.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: .long, help: "Do it without asking.")
  var yes = false

  @Flag(name: .long, help: "Never ask; without --yes that is a no.")
  var noInput = false

  /// Asks, unless `--yes` was given.
  /// - Throws: ``FleetError`` with code `declined`.
  func confirm(_ question: String, in world: Surroundings) throws(FleetError) {
    guard !yes else { return }
    guard world.inputIsTerminal, !noInput else {
      throw FleetError(.declined, "\(question.terminalSafe): nobody said yes", hint: "add --yes")
    }
    world.errors.write("\(question.terminalSafe)? [y/N] ")
    let answer = readLine()?.lowercased() ?? ""
    guard answer == "y" || answer == "yes" else { throw FleetError(.declined, "nothing was done") }
  }
}
