#include "analyzer/discover/deploy.h"

#include <catch2/catch.hpp>

using namespace mlint;

namespace {

FoundDeploy deploy(const std::string& file, const std::string& text) {
  const auto below = disk();
  const auto files = overlay(*below, {{"/nowhere/" + file, text}});
  Tree tree;
  tree.root = "/nowhere";
  tree.files = {file};
  return find_deploy(*files, tree, "");
}

}  // namespace

TEST_CASE("what files of a deployment say about how it is released", "[discover][deploy]") {
  CHECK(deploy("Procfile", "release: python manage.py migrate\nweb: gunicorn x\n").model.value == DeployModel::rolling);
  CHECK(deploy("fly.toml", "[deploy]\nrelease_command = \"python manage.py migrate\"\n").model.value ==
        DeployModel::rolling);
  CHECK(deploy("render.yaml", "  preDeployCommand: python manage.py migrate\n").model.value == DeployModel::rolling);
  CHECK(deploy("deploy.sh", "systemctl stop web\npython manage.py migrate\nsystemctl start web\n").model.value ==
        DeployModel::stop_the_world);
  // What a script tells people to do is not what it does.
  CHECK(deploy("upgrade.sh", "python manage.py migrate\necho '> sudo systemctl restart web'\n").model.value ==
        DeployModel::unknown);
  CHECK(deploy("deploy.sh", "python manage.py migrate\nsystemctl restart web\n").model.value == DeployModel::rolling);
  // None of these says it for certain.
  CHECK(deploy("Dockerfile", "CMD python manage.py migrate && gunicorn x\n").model.value == DeployModel::unknown);
  CHECK(deploy("deploy.sh", "python manage.py migrate\n").model.value == DeployModel::unknown);
  CHECK(deploy("tests/deploy.sh", "systemctl stop web\npython manage.py migrate\n").model.value ==
        DeployModel::unknown);
}

TEST_CASE("migrate in the command that starts every replica", "[discover][deploy]") {
  const auto at_start = [](const FoundDeploy& found) { return found.calls.size() == 1 && found.calls[0].at_start; };
  CHECK(at_start(deploy("Procfile", "web: python manage.py migrate && gunicorn x\n")));
  CHECK(at_start(deploy("Dockerfile", "FROM x\nCMD python manage.py migrate && gunicorn x\n")));
  CHECK(at_start(deploy("docker-compose.yml", "  command: sh -c 'python manage.py migrate && gunicorn x'\n")));
  CHECK(at_start(deploy("entrypoint.sh", "python manage.py migrate_schemas --noinput\nexec gunicorn x\n")));
  CHECK_FALSE(at_start(deploy("Procfile", "release: python manage.py migrate\n")));
  CHECK_FALSE(at_start(deploy("Dockerfile", "FROM x\nRUN python manage.py migrate\n")));
  CHECK_FALSE(at_start(deploy("docker-compose.yml", "  command: python manage.py migrate\n")));
  const std::string procfile = "web: python manage.py migrate\n";
  const FoundDeploy found = deploy("Procfile", procfile);
  REQUIRE(found.calls.size() == 1);
  CHECK(procfile.substr(found.calls[0].span.begin, found.calls[0].span.end - found.calls[0].span.begin) ==
        "manage.py migrate");
}

TEST_CASE("what only looks, or is a comment, runs no migration", "[discover][deploy]") {
  CHECK(deploy("entrypoint.sh", "python manage.py migrate --check\nexec gunicorn x\n").calls.empty());
  CHECK(deploy("entrypoint.sh", "python manage.py migrate --plan\n").calls.empty());
  CHECK(deploy("entrypoint.sh", "# python manage.py migrate\n").calls.empty());
  CHECK(deploy("entrypoint.sh", "python manage.py makemigrations\npython manage.py migrate_media\n").calls.empty());
}
