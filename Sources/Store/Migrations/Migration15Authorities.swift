/// Adds the authority that issued a certificate, which shows during a rotation which hosts have moved to the new one.
enum Migration15Authorities: Migration {
  static let identifier = "9 authorities"

  static let statements = ["ALTER TABLE certificates ADD COLUMN authority TEXT;"]
}
