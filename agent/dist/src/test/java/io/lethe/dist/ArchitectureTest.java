package io.lethe.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The edges between the modules, and where text may not be made of secrets. */
@AnalyzeClasses(packages = "io.lethe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule premain_seesNothingElse = noClasses()
            .that()
            .resideInAPackage("io.lethe.premain")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lethe.secret..",
                    "io.lethe.broker..",
                    "io.lethe.weave..",
                    "io.lethe.jdbc..",
                    "io.lethe.http..",
                    "io.lethe.runtime..",
                    "io.lethe.cli..");

    @ArchTest
    static final ArchRule secret_seesNothingElse = noClasses()
            .that()
            .resideInAPackage("io.lethe.secret..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lethe.broker..",
                    "io.lethe.weave..",
                    "io.lethe.jdbc..",
                    "io.lethe.http..",
                    "io.lethe.runtime..",
                    "io.lethe.cli..");

    @ArchTest
    static final ArchRule broker_seesOnlySecret = noClasses()
            .that()
            .resideInAPackage("io.lethe.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lethe.weave..", "io.lethe.jdbc..", "io.lethe.http..", "io.lethe.runtime..", "io.lethe.cli..");

    @ArchTest
    static final ArchRule weave_knowsNoSecretsAndNoBroker = noClasses()
            .that()
            .resideInAPackage("io.lethe.weave..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.lethe.secret..",
                    "io.lethe.broker..",
                    "io.lethe.jdbc..",
                    "io.lethe.http..",
                    "io.lethe.runtime..",
                    "io.lethe.cli..");

    @ArchTest
    static final ArchRule jdbc_seesNeitherHttpNorRuntimeNorCli = noClasses()
            .that()
            .resideInAPackage("io.lethe.jdbc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lethe.http..", "io.lethe.runtime..", "io.lethe.cli..");

    @ArchTest
    static final ArchRule http_seesNeitherJdbcNorRuntimeNorCli = noClasses()
            .that()
            .resideInAPackage("io.lethe.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lethe.jdbc..", "io.lethe.runtime..", "io.lethe.cli..");

    @ArchTest
    static final ArchRule runtime_seesNoCli = noClasses()
            .that()
            .resideInAPackage("io.lethe.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lethe.cli..");

    @ArchTest
    static final ArchRule whatHoldsSecrets_hasNoTextForm = methods()
            .that()
            .areDeclaredInClassesThat()
            .haveNameMatching("io\\.lethe\\.secret\\.(Sealed|Window|crypto\\..*)|io\\.lethe\\.jdbc\\.(Scram|Attempt)")
            .should()
            .notHaveRawReturnType(String.class)
            .orShould()
            .haveNameMatching("(version|user|reference|toString)")
            .because("no secret is ever a String")
            .allowEmptyShould(false);

    @ArchTest
    static final ArchRule whatHoldsSecrets_isNotSerialized = noClasses()
            .that()
            .haveNameMatching("io\\.lethe\\.secret\\.(Sealed|Window|crypto\\..*)|io\\.lethe\\.broker\\.Lease")
            .should()
            .implement(java.io.Serializable.class);

    @ArchTest
    static final ArchRule secretsAreNoStringFields = fields().that()
            .haveNameMatching("(?i).*(password|passwd|plaintext|secretvalue).*")
            .should()
            .notHaveRawType(String.class);
}
